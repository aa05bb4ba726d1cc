-- The rules: a view over what is compiled in and what was changed, changed by UPDATE.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS ddl_warden;
RESET client_min_messages;
SELECT clock_timestamp() AS begun \gset

SELECT name, action, tolerate_bytes, tolerate_count, changed FROM ddl_warden.rule;
SELECT count(*) AS without_summary FROM ddl_warden.rule WHERE coalesce(summary, '') = '';

-- What a statement meets, without leaving anything behind
CREATE TABLE rules_t AS SELECT generate_series(1, 1000) AS a;
CREATE FUNCTION rules_attempt() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	CREATE INDEX rules_wanted ON rules_t (a);
	RAISE SQLSTATE 'UNDO0';
EXCEPTION
	WHEN SQLSTATE 'WD001' THEN RETURN 'refused';
	WHEN SQLSTATE 'UNDO0' THEN RETURN 'let through';
END
$$;
SELECT rules_attempt();

-- each action and limit is in force at the next statement
UPDATE ddl_warden.rule SET action = 'off' WHERE name = 'index_without_concurrently';
SELECT rules_attempt();
UPDATE ddl_warden.rule SET action = 'record' WHERE name = 'index_without_concurrently';
SELECT rules_attempt();
UPDATE ddl_warden.rule SET action = 'deny', tolerate_bytes = 1000000 WHERE name = 'index_without_concurrently';
SELECT rules_attempt();
UPDATE ddl_warden.rule SET tolerate_bytes = 100 WHERE name = 'index_without_concurrently';
SELECT rules_attempt();
SELECT name, action, tolerate_bytes, changed IS NOT NULL AS changed FROM ddl_warden.rule;

-- as compiled in again, and nothing is left of the changes but their history
UPDATE ddl_warden.rule SET tolerate_bytes = 0 WHERE name = 'index_without_concurrently';
SELECT name, action, tolerate_bytes, changed IS NOT NULL AS changed FROM ddl_warden.rule;
SELECT count(*) FROM ddl_warden.rule_change;
SELECT role_name = current_user AS by_me, kind, rule, old, new
FROM ddl_warden.policy_changes
WHERE changed_at >= :'begun' AND rule = 'index_without_concurrently'
ORDER BY changed_at;

-- an UPDATE that changes nothing is no change
UPDATE ddl_warden.rule SET action = action;
SELECT count(*) FROM ddl_warden.rule_change;

-- several at once, and in one transaction
UPDATE ddl_warden.rule SET action = 'warn' WHERE name LIKE '%without_concurrently';
BEGIN;
UPDATE ddl_warden.rule SET action = 'off';
UPDATE ddl_warden.rule SET action = 'record' WHERE name = 'table_rewrite';
SELECT name, action FROM ddl_warden.rule;
SELECT rules_attempt();
ROLLBACK;
SELECT name, action FROM ddl_warden.rule;
UPDATE ddl_warden.rule SET action = 'deny';
SELECT count(*) FROM ddl_warden.rule_change;

-- what a rule cannot be
UPDATE ddl_warden.rule SET action = 'forbid' WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET action = NULL WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET action = 'online' WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET tolerate_bytes = -1 WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET tolerate_bytes = NULL WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET tolerate_count = 5 WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET name = 'rewrite' WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET summary = '' WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET changed = now() WHERE name = 'table_rewrite';
INSERT INTO ddl_warden.rule (name, action) VALUES ('mine', 'deny');
DELETE FROM ddl_warden.rule WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule SET action = 'off' WHERE name = 'no_such_rule';
SELECT name, action, tolerate_bytes, changed FROM ddl_warden.rule;

-- rows that no UPDATE could have made count for nothing: those of a newer version, or a superuser's
INSERT INTO ddl_warden.rule_change VALUES
	('rule_of_tomorrow', 'deny', 0, NULL, now(), 'somebody'),
	('index_without_concurrently', 'off', NULL, 7, now(), 'somebody');
SELECT name, action, tolerate_bytes, changed FROM ddl_warden.rule;
SELECT rules_attempt();
-- and an UPDATE puts them right
UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'index_without_concurrently';
SELECT name, action, tolerate_bytes, tolerate_count FROM ddl_warden.rule_change ORDER BY name;
DELETE FROM ddl_warden.rule_change;
SELECT rules_attempt();

-- reading is for everyone, changing for whom it is given to
CREATE ROLE regress_rules_app;
CREATE ROLE regress_rules_dba;
GRANT UPDATE ON ddl_warden.rule TO regress_rules_dba;
SET ROLE regress_rules_app;
SELECT count(*) FROM ddl_warden.rule;
UPDATE ddl_warden.rule SET action = 'off';
INSERT INTO ddl_warden.rule_change VALUES ('table_rewrite', 'off', 0, NULL, now(), 'me');
SELECT * FROM ddl_warden.policy_changes;
SET ROLE regress_rules_dba;
UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'table_rewrite';
UPDATE ddl_warden.rule_change SET action = 'off';
RESET ROLE;
SELECT name, action, changed_by FROM ddl_warden.rule_change;
SELECT role_name, session_role = session_user AS session_is_mine, rule, new
FROM ddl_warden.policy_changes
ORDER BY changed_at DESC LIMIT 1;

-- a hostile search_path changes nothing of what is read or checked
CREATE SCHEMA rules_evil;
CREATE FUNCTION rules_evil.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR rules_evil.= (FUNCTION = rules_evil.never, LEFTARG = text, RIGHTARG = text);
CREATE TABLE rules_evil.rule_change (name text, action text);
SET search_path = rules_evil, pg_catalog;
UPDATE ddl_warden.rule SET action = 'off' WHERE name OPERATOR(pg_catalog.=) 'table_rewrite';
SELECT name, action, changed IS NOT NULL AS changed FROM ddl_warden.rule;
SELECT rules_changed FROM ddl_warden.status();
RESET search_path;
UPDATE ddl_warden.rule SET action = 'deny' WHERE name = 'table_rewrite';
SET client_min_messages = warning;
DROP SCHEMA rules_evil CASCADE;
RESET client_min_messages;
SELECT count(*) FROM ddl_warden.rule_change;

REVOKE UPDATE ON ddl_warden.rule FROM regress_rules_dba;
DROP ROLE regress_rules_app, regress_rules_dba;
DROP FUNCTION rules_attempt();
DROP TABLE rules_t;
