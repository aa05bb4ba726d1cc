-- The role that a Prometheus exporter reads with: run this once, as a superuser.
--
-- On Debian the exporter runs as the system user "prometheus" and, over the unix socket, logs in as
-- the role of that name without a password.  pg_monitor may read ddl_warden.metrics, and what the
-- exporter itself asks the server; it may also read the record, with the text of the statements.

CREATE ROLE prometheus LOGIN CONNECTION LIMIT 20;
GRANT pg_monitor TO prometheus;

-- A scrape changes nothing, and rather fails than waits.
ALTER ROLE prometheus SET default_transaction_read_only = on;
ALTER ROLE prometheus SET lock_timeout = '1s';
ALTER ROLE prometheus SET statement_timeout = '10s';
