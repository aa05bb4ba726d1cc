-- No secret reaches the record.
SET client_min_messages = warning;
RESET client_min_messages;
SELECT coalesce(max(id), 0) AS seen FROM ddl_warden.decision_log \gset

CREATE ROLE secrets_1 PASSWORD 'sesame1';
ALTER ROLE secrets_1 WITH ENCRYPTED PASSWORD $tag$sesame2$tag$ VALID UNTIL 'infinity';
CREATE USER secrets_2 LOGIN PASSWORD E'ses\x61me3';
ALTER USER secrets_2 PASSWORD U&'s\0065same4';
CREATE GROUP secrets_3 PASSWORD 'ses'
	'ame5';
ALTER ROLE secrets_2 PASSWORD NULL;
DO $$ BEGIN EXECUTE format('ALTER ROLE secrets_1 PASSWORD %L', 'sesame6'); END $$;

CREATE FOREIGN DATA WRAPPER secrets_wrapper OPTIONS (token 'sesame7');
ALTER FOREIGN DATA WRAPPER secrets_wrapper OPTIONS (SET token 'sesame8');
CREATE SERVER secrets_server FOREIGN DATA WRAPPER secrets_wrapper OPTIONS (password 'sesame9', host 'sesame10');
ALTER SERVER secrets_server OPTIONS (SET password 'sesame11');
CREATE USER MAPPING FOR CURRENT_USER SERVER secrets_server OPTIONS (user 'bob', password 'sesame12');
ALTER USER MAPPING FOR CURRENT_USER SERVER secrets_server OPTIONS (SET password 'sesame13');
CREATE FOREIGN TABLE secrets_table (a int) SERVER secrets_server OPTIONS (key 'sesame14');
ALTER FOREIGN TABLE secrets_table OPTIONS (SET key 'sesame15');

SET client_min_messages = error;  -- the server's words for connect = false differ
CREATE SUBSCRIPTION secrets_subscription CONNECTION 'host=localhost password=sesame16' PUBLICATION p WITH (connect = false);
RESET client_min_messages;
ALTER SUBSCRIPTION secrets_subscription CONNECTION 'host=localhost password=sesame17';
ALTER SUBSCRIPTION secrets_subscription SET (slot_name = NONE);
DROP SUBSCRIPTION secrets_subscription;

-- Cut out of several in one message, the neighbours' secrets stay outside
CREATE TABLE secrets_plain (a text DEFAULT 'not a secret')\; ALTER ROLE secrets_1 PASSWORD 'sesame18';

SELECT statement FROM ddl_warden.decision_log WHERE id > :seen ORDER BY id;
SELECT count(*) AS leaks FROM ddl_warden.decision_log AS d WHERE id > :seen AND d::text ~ 'me[0-9]';

SET client_min_messages = warning;
DROP FOREIGN DATA WRAPPER secrets_wrapper CASCADE;
DROP TABLE secrets_plain;
DROP ROLE secrets_1, secrets_2, secrets_3;
