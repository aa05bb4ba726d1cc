-- Tables for the forecasts, one for each run: its name, the size of its rows in bytes, its own in MB.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS parent (id int PRIMARY KEY);
INSERT INTO parent SELECT generate_series(0, 99999) ON CONFLICT DO NOTHING;
CREATE TABLE :"name" AS
	SELECT id, id % 100000 AS number, md5(id::text) || repeat('x', :row - 90) AS payload
	FROM generate_series(1, :megabytes * 1024 * 1024 / :row) AS id;
ALTER TABLE :"name" ADD PRIMARY KEY (id);
VACUUM ANALYZE :"name";
CHECKPOINT;
