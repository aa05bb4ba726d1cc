-- off, observe, enforce
CREATE SCHEMA modes;
SET search_path = modes;
CREATE TABLE t (id int);
INSERT INTO t SELECT generate_series(1, 1000);

-- enforce refuses
SHOW ddl_warden.mode;
CREATE INDEX refused ON t (id);

-- observe judges and records, and lets everything through without a word
SET ddl_warden.mode = observe;
CREATE INDEX observed ON t (id);
SELECT verdict, rule, outcome FROM ddl_warden.decision_log WHERE statement ~ 'observed ON' ;

-- off in a session leaves a row, unjudged
SET ddl_warden.mode = off;
CREATE INDEX unjudged ON t (id);
SELECT verdict, rule, override_reason, impact FROM ddl_warden.decision_log WHERE statement ~ 'unjudged ON';

RESET ddl_warden.mode;
-- a warning has the same content as the refusal
UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'index_without_concurrently';
CREATE INDEX warned ON t (id);
SELECT verdict, rule, outcome FROM ddl_warden.decision_log WHERE statement ~ 'warned ON';

-- record: a row, no message; off: nothing found
UPDATE ddl_warden.rule SET action = 'record' WHERE name = 'index_without_concurrently';
CREATE INDEX recorded ON t (id);
UPDATE ddl_warden.rule SET action = 'off' WHERE name = 'index_without_concurrently';
CREATE INDEX let_through ON t (id);
SELECT verdict, rule FROM ddl_warden.decision_log
	WHERE statement ~ '(recorded|let_through) ON' ORDER BY id;
UPDATE ddl_warden.rule SET action = 'deny' WHERE name = 'index_without_concurrently';

-- only a superuser, or who was given it, sets the mode
CREATE ROLE regress_warden_modest;
SET ROLE regress_warden_modest;
SET ddl_warden.mode = off;
RESET ROLE;
DROP ROLE regress_warden_modest;

SET client_min_messages = warning;
DROP SCHEMA modes CASCADE;
