# Every command a developer or CI needs; `make help` lists them.
SHELL := /bin/bash
BIN := .venv/bin
export QT_QUICK_BACKEND ?= software
STAMP := .venv/.ready
# The parts of the tests beside each other; CI has time and takes them one after the other.
TEST_JOBS ?= 2

.PHONY: help setup run test test-code test-machines test-fuzz check format journey screenshots docs bench bench-ui bench-search faults clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(STAMP) ## Install what is missing (Debian packages, uv, the locked environment)

$(STAMP): packaging/setup.sh pyproject.toml uv.lock
	packaging/setup.sh
	touch $@

run: setup ## The demonstration: kiosk and hardware dock in windows; without a display a scripted citizen
	@if [[ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]]; then \
	  $(BIN)/kiosk run --profile demo --windowed; \
	else \
	  echo "No display: a scripted citizen uses the kiosk instead."; \
	  $(BIN)/kiosk --data var/journey journey tests/journeys/submit.toml --profile demo --out var/journey/out; \
	fi

test: setup check ## Everything that CI runs
	$(MAKE) --no-print-directory -j$(TEST_JOBS) --output-sync=target test-code test-machines test-fuzz

# Whole machines take the one virtual card reader of this computer, one after another, while the rest runs beside them.
MACHINES := tests/drivers/card tests/conformance tests/faults tests/residue

test-code: setup ## The tests that need no virtual card reader, on several processes
	$(BIN)/pytest -n 3 --dist loadfile $(MACHINES:%=--ignore=%)

test-machines: setup ## Chip card, conformance of all drivers, and the bad days of a whole kiosk
	$(BIN)/pytest $(MACHINES)

test-fuzz: setup ## Damaged chips for a minute, the same ones every time (make fuzz for longer)
	$(BIN)/python -m tests.fuzz --seconds 60

check: setup ## Style, types, imports, QML
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	packaging/check-qml.sh

format: setup ## Put code and QML into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find ui/qml -name '*.qml' -print0 | xargs -0 -n1 $(BIN)/pyside6-qmlformat -i

journey: setup ## Play the scripted citizen; pictures and report go to var/journey/out
	$(BIN)/kiosk --data var/journey journey tests/journeys/submit.toml --profile demo --out var/journey/out

.PHONY: screens
screens: setup ## Every screen in its 48 looks: judged, drawn, and a contact sheet an axis in docs/screens; half an hour
	$(BIN)/python tests/ui/all_screens.py

screenshots: setup ## Make docs/screenshots anew
	$(BIN)/kiosk screenshots --out docs/screenshots

docs: setup ## Make the generated pages of docs/ anew
	$(BIN)/python -m kiosk_app.flow.diagram > docs/flow.md
	$(BIN)/python -m drivers.errors > docs/errors.md
	$(BIN)/python packaging/pages.py simulators > docs/simulators.md
	$(BIN)/python packaging/pages.py devices > docs/device-settings.md
	$(BIN)/python packaging/pages.py configuration > docs/configuration.md
	$(BIN)/python packaging/documents.py > docs/documents.md
	$(BIN)/python packaging/third_party.py > THIRD-PARTY.md

bench: setup ## Measure against the written budgets (docs/benchmarks.md)
	$(BIN)/python -m tests.bench

SESSIONS ?= 2000
bench-ui: setup ## The interface alone, beside stacks being scanned, read and uploaded, and over SESSIONS=2000 visits; twenty minutes
	$(BIN)/python -m tests.bench.interface --sessions $(SESSIONS) --out docs/benchmarks.md

faults: setup ## Every fault of every device at every step, more than half an hour; writes docs/faults.md
	$(BIN)/python tests/faults/matrix.py --out docs/faults.md

.PHONY: faults-stack
faults-stack: setup ## Whatever can happen to a scan, at each of ten sheets: nothing lost, none twice; some minutes
	$(BIN)/python -m tests.bench.stack --out docs/benchmarks.md

ROUNDS ?= 100
SEED ?= $(shell date +%s)
.PHONY: shake
shake: setup ## Random fault journeys; make shake ROUNDS=1000 SEED=name, the same seed breaks the same again
	$(BIN)/python tests/faults/shake.py --rounds $(ROUNDS) --seed $(SEED) --jobs 2

clean: ## Remove what running has made
	rm -rf var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: bench-card bench-faults soak fuzz
bench-faults: setup ## Kill and hang device hosts at random moments, half an hour: how soon they are ready again
	$(BIN)/python -m tests.bench.faults

HOURS ?= 24
soak: setup ## A day of sessions with random faults, nothing may grow; make soak HOURS=2 for less
	$(BIN)/python -m tests.bench.soak --hours $(HOURS)

.PHONY: soak-print bench-receipt
JOBS ?= 10000
soak-print: setup ## Thousands of print jobs through random faults, paper against journal; make soak-print JOBS=1000 SEED=2
	$(BIN)/python -m tests.bench.prints --jobs $(JOBS) --seed $(SEED) --processes 8 --out docs/benchmarks.md

.PHONY: soak-submit soak-uploads
soak-submit: setup ## Thousands of dossiers over a line that cuts, stalls and repeats, with kills; make soak-submit JOBS=500 SEED=2
	$(BIN)/python -m tests.bench.submissions --jobs $(JOBS) --seed $(SEED) --out docs/benchmarks.md

UPLOADS ?= 1000
soak-uploads: setup ## Files of 20 MB over lines cut at random bytes, twenty minutes; make soak-uploads UPLOADS=20 SEED=2
	$(BIN)/python -m tests.bench.large_uploads --uploads $(UPLOADS) --seed $(SEED) --out docs/benchmarks.md

.PHONY: check-tus
check-tus: setup ## Our uploads against tus servers and clients of others' making (installed apart, under .tools; needs Node.js)
	tests/tus/peers/install.sh
	$(BIN)/python -m tests.tus --out docs/benchmarks.md

bench-receipt: setup ## From submit acknowledged to the receipt out, printer at 200 mm/s
	$(BIN)/python -m tests.bench.receipt --out docs/benchmarks.md

.PHONY: bench-journey
bench-journey: setup ## Touches, typed words and seconds of waiting of the reference visit, devices at real speed; four minutes
	$(BIN)/python -m tests.bench.journey --out docs/benchmarks.md

.PHONY: bench-assist
bench-assist: setup ## How many touches an officer needs until a stuck citizen can go on
	$(BIN)/python -m tests.bench.assist --out docs/benchmarks.md

bench-card: setup ## Measure the reading of a virtual chip: commands, seconds, own processor time
	$(BIN)/python -m tests.bench.card

.PHONY: bench-codes
bench-codes: setup ## Read simulated photographs of codes: ours, zxing-cpp, pyzbar and OpenCV; up to ten minutes on a quiet machine
	$(BIN)/python -m tests.bench.codes

.PHONY: bench-mrz
bench-mrz: setup ## Read simulated frames of cards' and passports' machine-readable zones; ten minutes
	$(BIN)/python -m tests.bench.zones

SECONDS_TO_FUZZ = $(if $(filter command,$(origin SECONDS)),$(SECONDS),60)
SEED ?= 1
fuzz: setup ## Attack the card reader's layers; make fuzz SECONDS=600 SEED=2 for longer and with other inputs
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS_TO_FUZZ) --seed $(SEED)

.PHONY: fuzz-service
EXAMPLES ?= 200
fuzz-service: setup ## Ask the ministry's service whatever its contract allows and does not; make fuzz-service EXAMPLES=2000 SEED=2
	CONTRACT_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -q -p no:randomly --timeout 0 --hypothesis-seed $(SEED) \
	  tests/backend/test_ministry_contract.py -k promised

.PHONY: check-print document-pictures
check-print: setup ## Read every printed document back: all languages, widths and sizes; some minutes
	$(BIN)/python tests/kiosk_app/receipts/check_print.py

document-pictures: setup ## Make the pictures of docs/documents.md anew
	$(BIN)/python packaging/documents.py --pictures docs/documents

.PHONY: bench-documents
bench-documents: setup ## Measure the drawing of a slip against its 80 ms
	$(BIN)/python -m tests.bench.drawing

.PHONY: bench-reading
bench-reading: setup ## Letters read wrong on clean and worn print, and how far word boxes are off; a few minutes
	$(BIN)/python -m tests.bench.reading

.PHONY: bench-bad-input
bench-bad-input: setup ## What kiosk digitise says of bad files, after how long and with how much memory; a few minutes
	$(BIN)/python -m tests.bench.bad_input --out docs/benchmarks.md

.PHONY: bench-matching
bench-matching: setup ## Part mixed stacks of papers and match them to procedures; half an hour the first time, for all is really read
	$(BIN)/python -m tests.bench.matching

.PHONY: bench-digitise
bench-digitise: setup ## Pages a minute from scanner and files to PDF/A, beside OCRmyPDF (installed apart, under .tools)
	tests/bench/peer.sh
	$(BIN)/python -m tests.bench.digitising

.PHONY: bench-pages soak-pages
bench-pages: setup ## Skew, turn and photographs of generated pages, some minutes on a quiet machine
	$(BIN)/python -m tests.bench.pages

.PHONY: bench-duplicates
bench-duplicates: setup ## Sheets scanned twice are known again, forms filled in by two people are not one; some minutes
	$(BIN)/python -m tests.bench.duplicates

.PHONY: bench-onscreen
bench-onscreen: setup ## From the scanner's tray to the page's picture on the screen, in a whole kiosk; two minutes
	$(BIN)/python -m tests.bench.onscreen

PAGES ?= 2000
soak-pages: setup ## Two thousand sides with next to nothing on them: none may be called blank; make soak-pages PAGES=300 for less
	$(BIN)/python -m tests.bench.pages --soak --pages $(PAGES)

.PHONY: test-postgres
test-postgres: setup ## The service's tests on a private PostgreSQL and an S3-compatible server instead of SQLite and a folder
	$(BIN)/python tests/backend/on_servers.py

.PHONY: crash
CALLS ?= 80
crash: setup ## Kill and fail kiosk, agent and service at hundreds of system calls; half an hour; make crash CALLS=0 for every call
	$(BIN)/python -m tests.crash --calls $(CALLS) --out docs/benchmarks.md

.PHONY: residue
RESIDUE ?= 200
residue: setup ## Nothing personal stays behind, after any way out of a session: hunted in memory and on the disk; half an hour
	$(BIN)/python -m tests.residue --sessions $(RESIDUE) --out docs/benchmarks.md

.PHONY: powercut
CUTS ?= 54
powercut: setup ## Cut the power of an emulated machine while it seals and uploads; half an hour, installs QEMU; make powercut CUTS=12 SEED=name
	tests/powercut/setup.sh
	$(BIN)/python -m tests.powercut --cuts $(CUTS) --seed $(SEED) --out docs/benchmarks.md

.PHONY: bench-seal
bench-seal: setup ## Sealing a dossier of ten pages against plainly writing the same bytes
	$(BIN)/python -m tests.bench.sealing --out docs/benchmarks.md

.PHONY: bench-service
MINUTES ?= 1
bench-service: setup ## 3,300 kiosks, 200 heartbeats and 8 dossiers of 4 MB a second on the ministry's service; MINUTES=10 for the whole
	$(BIN)/python -m tests.bench.service --minutes $(MINUTES) --out docs/benchmarks.md --plan docs/scale.md
