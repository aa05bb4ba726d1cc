#include "pg/underway.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "mb/pg_wchar.h"
#include "storage/ipc.h"
#include "storage/spin.h"

PG_FUNCTION_INFO_V1(ddl_warden_running);
}

namespace ddl_warden::pg
{

namespace
{

/* One for each process that can run statements, by its number. */
struct Place
{
	slock_t lock;
	Sight sight;
};

Place *places = nullptr;       /* NULL unless the library was preloaded */
Underway *innermost = nullptr; /* of this session's statements in sight */

Place &
own_place()
{
	return places[my_process_number()];
}

void
show(const Sight &sight)
{
	Place &place = own_place();

	SpinLockAcquire(&place.lock);
	place.sight = sight;
	SpinLockRelease(&place.lock);
}

void
show_nothing()
{
	Place &place = own_place();

	SpinLockAcquire(&place.lock);
	place.sight.pid = 0;
	SpinLockRelease(&place.lock);
}

/* A session that is told to leave unwinds nothing. */
void
at_exit(int, Datum)
{
	show_nothing();
}

void
leave_sight_at_exit()
{
	static bool registered = false;

	if (!registered)
	{
		on_shmem_exit(at_exit, 0);
		registered = true;
	}
}

template <std::size_t size>
void
copy_cut(char (&to)[size], std::string_view text)
{
	const int length = static_cast<int>(text.size() < INT_MAX ? text.size() : INT_MAX);
	const int kept = length < static_cast<int>(size)
						 ? length
						 : pg_mbcliplen(text.data(), length, static_cast<int>(size) - 1);

	memcpy(to, text.data(), kept);
	to[kept] = '\0';
}

Sight
sight_of(Place &place)
{
	Sight sight;

	SpinLockAcquire(&place.lock);
	sight = place.sight;
	SpinLockRelease(&place.lock);
	return sight;
}

const char *
text_of(Stage stage)
{
	switch (stage)
	{
		case Stage::Judging:
			return "judging";
		case Stage::AwaitingRecord:
			return "waiting for the record";
		case Stage::Running:
			return "running";
	}
	return "running";
}

/* Columns of running(), in order. */
namespace running
{
enum Column
{
	Pid,
	BackendStarted,
	Role,
	Id,
	StartedAt,
	State,
	Command,
	Relation,
	Statement,
	count,
};
}  // namespace running

void
emit(const ReturnSetInfo *result, const Sight &sight)
{
	Datum values[running::count] = {};
	bool nulls[running::count] = {};

	values[running::Pid] = Int32GetDatum(sight.pid);
	values[running::BackendStarted] = TimestampTzGetDatum(sight.backend_started);
	values[running::Role] = ObjectIdGetDatum(sight.role);
	values[running::Id] = Int64GetDatum(sight.number);
	nulls[running::Id] = sight.number == 0;
	values[running::StartedAt] = TimestampTzGetDatum(sight.started);
	values[running::State] = CStringGetTextDatum(text_of(sight.stage));
	values[running::Command] = CStringGetTextDatum(GetCommandTagName(sight.command));
	values[running::Relation] = CStringGetTextDatum(sight.relation);
	nulls[running::Relation] = sight.relation[0] == '\0';
	values[running::Statement] = CStringGetTextDatum(sight.text);
	nulls[running::Statement] = sight.text[0] == '\0';
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace

Size
underway_size()
{
	return mul_size(sizeof(Place), MaxBackends);
}

void
start_underway(void *memory, bool found)
{
	places = static_cast<Place *>(memory);
	for (int i = 0; !found && i < MaxBackends; i++)
	{
		SpinLockInit(&places[i].lock);
		places[i].sight.pid = 0;
	}
}

void
enter(Underway &statement, CommandTag command)
{
	Sight &sight = statement.sight;

	leave_sight_at_exit();
	sight.pid = MyProcPid;
	sight.backend_started = MyStartTimestamp;
	sight.database = MyDatabaseId;
	sight.role = GetUserId();
	sight.number = 0;
	sight.started = GetCurrentTimestamp();
	sight.stage = Stage::Judging;
	sight.command = command;
	sight.relation[0] = '\0';
	sight.text[0] = '\0';
	statement.outer = innermost;
	innermost = &statement;
	show(sight);
}

void
leave(const Underway &statement)
{
	innermost = statement.outer;
	if (innermost == nullptr)
	{
		show_nothing();
	}
	else
	{
		show(innermost->sight);
	}
}

void
tell_text(Underway &statement, std::string_view text)
{
	copy_cut(statement.sight.text, text);
	show(statement.sight);
}

void
tell_decision(Underway &statement, std::int64_t number, std::string_view relation)
{
	statement.sight.number = number;
	copy_cut(statement.sight.relation, relation);
	show(statement.sight);
}

void
tell_stage(Underway &statement, Stage stage)
{
	statement.sight.stage = stage;
	show(statement.sight);
}

}  // namespace ddl_warden::pg

/* ddl_warden.running() → setof (pid, backend_started, role, id, started_at, state, command,
 * relation, statement): of this database, for the texts are in its encoding; no rows unless the
 * library is preloaded. */
Datum
ddl_warden_running(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden::pg;

	InitMaterializedSRF(fcinfo, 0);
	const auto *result = reinterpret_cast<const ReturnSetInfo *>(fcinfo->resultinfo);

	for (int i = 0; places != nullptr && i < MaxBackends; i++)
	{
		const Sight sight = sight_of(places[i]);

		if (sight.pid != 0 && sight.database == MyDatabaseId)
		{
			emit(result, sight);
		}
	}
	return static_cast<Datum>(0);
}
