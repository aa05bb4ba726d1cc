\set account random(1, :accounts)
\set amount random(-5000, 5000)
UPDATE pgbench_accounts SET abalance = abalance + :amount WHERE aid = :account;
