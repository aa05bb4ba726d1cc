# Decisions in the server's JSON log (log_destination = 'jsonlog'), one object each:
#
#   tail -F postgresql.json | jq --unbuffered -c -f decisions.jq
#
# The values in a line are JSON themselves, so that nothing in them can be mistaken for a key. Any role can have the
# server log a message that looks like this one (RAISE LOG), but then the server adds the statement, or where in it.

select(.error_severity == "LOG" and (has("statement") or has("context") | not))
| select(.message | startswith("ddl_warden_decision="))
| .message
| [scan("([a-z_]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^ ]+)")]
| map({(.[0]): (.[1] | fromjson)})
| add
