# ddl_warden: the server module, built with PGXS.
#
#   make && make install        build and install for the server of PG_CONFIG
#   make installcheck           run the SQL, isolation and TAP tests against a running server that
#                               preloads ddl_warden (bin/test starts such a server by itself)
#   make manual                 write docs/what-ddl-does.md from the rows of src/core
#   make format                 let clang-format rewrite the sources
#
# The unit tests of src/core are built by CMakeLists.txt, without a server.

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)

EXTENSION  = ddl_warden
MODULE_big = ddl_warden
PGFILEDESC = "ddl_warden - judges DDL before it locks"
DATA       = $(wildcard sql/ddl_warden--*.sql)

# ---- sources: src/core is ordinary C++, src/pg alone sees the server

CORE_SOURCES = $(sort $(wildcard src/core/*.cpp))
PG_SOURCES   = $(sort $(wildcard src/pg/*.cpp src/pg/*/*.cpp))
CORE_OBJS    = $(CORE_SOURCES:%.cpp=build/%.o)
PG_OBJS      = $(PG_SOURCES:%.cpp=build/%.o)
OBJS         = $(CORE_OBJS) $(PG_OBJS)

# Hidden visibility: modules are loaded RTLD_GLOBAL, so anything exported could bind to another
# module's code.  No identical code folding and one section per function: test/check/wall reads the
# object files function by function.  -Wno-register: headers of PostgreSQL 15; -Wno-clobbered: PG_TRY.
# -Wno-maybe-uninitialized: a guess of the optimizer, wrong about Boost's small strings (g++ 14).
PG_CXXFLAGS = -std=gnu++20 -Wall -Wextra -Werror -Wno-register -Wno-clobbered -Wno-maybe-uninitialized \
	-fvisibility=hidden -fvisibility-inlines-hidden -fno-ipa-icf -ffunction-sections
SHLIB_LINK  = -lstdc++ -Wl,--version-script=src/exports.map

# A directory given with -isystem is no longer searched with the -I that PGXS adds: the server's
# headers are not held to our warnings.
PG_CPPFLAGS = -Isrc -isystem $(shell $(PG_CONFIG) --includedir-server) \
	-isystem $(shell $(PG_CONFIG) --includedir)/internal

# Debian's servers want bitcode, made by a clang that does not see PG_CXXFLAGS.
override with_llvm = no

# ---- tests

REGRESS        = $(filter-out ddl_warden--%,$(basename $(notdir $(sort $(wildcard sql/*.sql)))))
COMMON_OPTS           = --launcher=$(CURDIR)/test/lib/mask --load-extension=ddl_warden
REGRESS_OPTS   = --outputdir=build/regress $(COMMON_OPTS)
ISOLATION      = $(basename $(notdir $(sort $(wildcard test/isolation/specs/*.spec))))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=build/isolation $(COMMON_OPTS)
PROVE_TESTS    = $(sort $(wildcard test/t/*.pl))
TAP_TESTS      = $(if $(PROVE_TESTS),1)
REGRESS_PREP   = test-output

EXTRA_CLEAN = build

include $(PGXS)

# ---- rules

# Objects are good for one server and one set of flags: when either changes, they are made anew.
BUILT_FOR := build/built_for
$(shell mkdir -p build; \
	{ $(PG_CONFIG) --version --configure; echo '$(CXX) $(CXXFLAGS)'; } > $(BUILT_FOR).now; \
	cmp -s $(BUILT_FOR).now $(BUILT_FOR) || cp $(BUILT_FOR).now $(BUILT_FOR))

# Another major has one thing to say, not hundreds.
build/supported: src/pg/supported.hpp $(BUILT_FOR)
	$(CXX) $(PG_CPPFLAGS) -fsyntax-only -include $< -x c++ /dev/null
	@touch $@

$(OBJS): build/%.o: %.cpp $(BUILT_FOR) build/supported Makefile
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(INCLUDES) -MD -MP -c -o $@ $<

# src/core does not get to see the server: what slips does not compile.
$(CORE_OBJS): INCLUDES = -Isrc
$(PG_OBJS):   INCLUDES = $(CPPFLAGS)

$(shlib): src/exports.map

-include $(OBJS:.o=.d)

.PHONY: test-output print-tests manual format
test-output:
	@mkdir -p build/regress build/isolation

# For test/check/schedule: what the targets above would run.
print-tests:
	@printf 'regress %s\n' $(REGRESS)
	@printf 'isolation %s\n' $(ISOLATION)
	@printf 'tap %s\n' $(PROVE_TESTS)

# The page is made from the rows that the predictions go by; a unit test compares it.
manual:
	cmake --preset default >/dev/null
	cmake --build --preset default --target what_ddl_does >/dev/null
	build/default/what_ddl_does > docs/what-ddl-does.md

format:
	clang-format -i $(wildcard src/core/*.[ch]pp src/manual/*.[ch]pp src/pg/*.[ch]pp src/pg/*/*.[ch]pp test/unit/*.[ch]pp)
