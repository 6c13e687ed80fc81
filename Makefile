# The commands that everybody uses. `make demo` shows the archive, `make test` proves it.
# The system's own Python where it can be used: it is mended with the system, and built to be fast. PYTHON=... chooses another.
SYSTEM := /usr/bin/python3
PYTHON ?= $(shell $(SYSTEM) -c 'import sys, ensurepip; print("$(SYSTEM)" if sys.version_info >= (3, 11) else "python3")' 2>/dev/null || echo python3)
# On which others `make pythons` runs the quick tests and the demonstration.
PYTHONS ?= python3.12 python3.13
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What does not wait for one another is done at once: linting beside types, the system's packages beside Python's.
MAKEFLAGS += --jobs=3
# What was compiled once is not compiled again by each process that the tests start.
unexport PYTHONDONTWRITEBYTECODE
# Works without a terminal, and prints no colours into a log.
PYTEST := $(BIN)/python -m pytest
# Tests wait for the disk more than for anything else; where memory has room for all they make, they work there. What a flush
# is for they prove by killing, which memory survives too. Servers of databases, who are somebody else, have to get in.
IN_MEMORY := $(shell test -w /dev/shm && test $$(df -Pk /dev/shm | awk 'NR==2 {print $$4}') -gt 6000000 && echo /dev/shm)
TESTS := scratch=$$(mktemp -d $(or $(IN_MEMORY),/tmp)/tests.XXXXXX) && chmod 755 "$$scratch" && trap 'rm -rf "$$scratch"' EXIT && TMPDIR=$$scratch $(PYTEST)

# Unit tests that start processes or servers and take most of the time; `make test` runs them.
THOROUGH := access/test_access_policy.py bags/test_bag_crashes.py bags/test_bag_profile.py \
  bulk/test_bulk_names_as_bytes.py cli/test_cli_doctor.py cli/test_cli_exit_codes.py cli/test_cli_export.py \
  cli/test_cli_ingest.py importing/test_importing_ahead.py ingest/test_breaking_off.py \
  ingest/test_copies_carry_nothing.py ingest/test_examination.py ingest/test_examine_pictures.py \
  ingest/test_examine_sample.py ingest/test_machine_reading.py ingest/test_one_allowance.py ingest/test_renewing.py \
  ingest/test_sandbox_limits.py ingest/test_taken_out.py ingest/test_taken_out_of_films.py jobs/test_jobs_client.py \
  jobs/test_jobs_engine.py jobs/test_jobs_failing.py jobs/test_jobs_upkeep.py jobs/test_jobs_worker.py \
  sample/test_sample_made.py search/test_search_index_processes.py search/test_whoosh_merging.py services/backups \
  services/copies services/test_additions.py services/test_arrangements.py services/test_authority_changes.py \
  services/test_browse.py services/test_checkpoint_explained.py services/test_checkpoint_standing.py \
  services/test_codes.py services/test_consents.py services/test_corrected_elsewhere.py services/test_desk_queue.py \
  services/test_destroying.py services/test_doctor.py services/test_draft_files.py services/test_exports.py \
  services/test_exports_shared.py services/test_exports_standing.py services/test_fixity_round.py \
  services/test_gap_acknowledged.py services/test_gap_attacked.py services/test_indexing.py services/test_lifecycle.py \
  services/test_names_forgotten.py services/test_passwords.py services/test_people.py \
  services/test_places_forgotten.py services/test_planned.py services/test_publishing.py services/test_races.py \
  services/test_readers.py services/test_rebuild.py services/test_rebuild_ages.py services/test_rebuild_shared_ages.py \
  services/test_receipts.py services/test_records.py services/test_redacting.py services/test_room.py \
  services/test_second_factor.py services/test_shared_bags.py services/test_shared_bags_kept.py \
  services/test_shared_refused.py services/test_shared_taken_off.py services/test_transcribing.py \
  services/test_uploads.py services/test_waiting_for_each_other.py services/test_word_revisions.py \
  services/test_written_and_marked.py services/withdrawing web/test_conflicts_in_words.py web/test_tus.py \
  web/test_upload_form.py

# Of what makes archives, a part that is run on PostgreSQL too by `make test`; `make postgres` runs everything there.
ALSO_ON_POSTGRESQL := journeys/test_anonymity.py journeys/test_batch.py journeys/test_give.py \
  journeys/test_people_page.py journeys/test_queue.py journeys/test_review.py journeys/test_searching.py \
  unit/cli/test_cli_backup.py unit/cli/test_cli_decide.py unit/services/withdrawing/test_withdrawing.py \
  unit/services/backups/test_restoring.py

.PHONY: demo serve check test postgres lint types compiled pythons slow system-packages bench lock clean

demo: $(VENV)/installed
	$(BIN)/remembrance demo $(if $(filter 0,$(SERVE)),--no-serve,)

check: $(VENV)/developing lint types
	$(TESTS) tests/unit tests/architecture -q -n 2 --dist loadfile --no-loadscope-reorder -x -m "not slow" --no-header $(THOROUGH:%=--ignore=tests/unit/%)

# Tests wait for processes, pages and the disk: one worker more than two cores keeps both busy.
test: $(VENV)/developing system-packages lint types compiled
	$(TESTS) tests -n 3 --dist loadfile --no-loadscope-reorder -m "not slow"
	export TESTS_ON=postgresql; $(TESTS) $(ALSO_ON_POSTGRESQL:%=tests/%) -q -n 3 --dist loadfile --no-loadscope-reorder -m "not slow"

# The same tests, with every archive that they make on PostgreSQL.
postgres: $(VENV)/developing system-packages
	export TESTS_ON=postgresql; $(TESTS) tests -n 3 --dist loadfile --no-loadscope-reorder -m "not slow"

lint: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/developing
	$(BIN)/mypy

# What pytest makes of each file of tests is made once, beside the types, and not by each of its workers.
compiled: $(VENV)/developing
	$(PYTEST) tests --collect-only -q -m "not slow" | tail -n 1

# Each in an environment of its own, that goes with it.
pythons:
	for python in $(PYTHONS); do \
	  $$python --version || { echo "$$python is not here."; continue; }; \
	  place=$$(mktemp -d); \
	  $(MAKE) PYTHON=$$python VENV=$$place/venv check && \
	  REMEMBRANCE_HOME=$$place/home $(MAKE) PYTHON=$$python VENV=$$place/venv SERVE=0 demo; \
	  ended=$$?; rm -rf $$place; test $$ended = 0 || exit 1; \
	done

# Thousands of kill points and other exhaustive runs, and examples that nobody drew before; half an hour to an hour.
slow: $(VENV)/developing system-packages
	$(TESTS) tests -n 2 --dist worksteal -m slow
	export REMEMBRANCE_EXAMPLES=drawn; $(TESTS) $$(grep -rl --include='test_*.py' '^from hypothesis' tests) -q -n 2 -m "not slow"

system-packages:
	sh tests/system-packages.sh

bench: $(VENV)/developing
	$(BIN)/python -m bench.ingest
	$(BIN)/python -m bench.search
	$(BIN)/python -m bench.relevance
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.upload
	$(BIN)/python -m bench.desk
	$(BIN)/python -m bench.bags
	$(BIN)/python -m bench.exports

# Pins every package, for every platform, by hash.
lock: $(VENV)/developing
	$(BIN)/uv pip compile pyproject.toml --extra build --universal --generate-hashes --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --universal --generate-hashes --no-header -q -c requirements.lock -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=python3.12 make ... chooses another."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -q && apt-get install -qy --no-install-recommends python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python cannot make a virtual environment: install python3-venv."; exit 1; fi; }

$(VENV)/installed: $(VENV)/bin/python requirements.lock pyproject.toml hatch_build.py hatch_map.py front-end.lock.json
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# All that is needed to work on it comes at once, by the quicker installer that the lock names with the rest; where that
# knows no way to the packages, as pip may by its own settings, by pip.
$(VENV)/developing: $(VENV)/bin/python requirements.lock requirements-dev.lock pyproject.toml hatch_build.py hatch_map.py front-end.lock.json
	sed -n '/^uv==/,/^[^ ].*==/{/^uv==/p;/^ /p;}' requirements-dev.lock > $(VENV)/installer.lock
	$(BIN)/python -m pip install -q --require-hashes --no-deps -r $(VENV)/installer.lock
	# The lock names all there is, and says on purpose of one package that it may be newer than another asks for.
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --require-hashes --no-deps --compile-bytecode -r requirements-dev.lock \
	  || $(BIN)/python -m pip install -q --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $(VENV)/installed $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
