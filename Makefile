# The targets that people type. Each is a script or one command; CI calls scripts/test, as README says.
ARGS =
.PHONY: lab lab-down demo test bench bench-dataplane bench-gnmi lint gen fuzz
LAB = clos
lab:
	@scripts/lab up $(LAB)
lab-down:
	@scripts/lab down
demo:
	@scripts/demo
test:
	@scripts/test
bench:
	@scripts/bench
bench-dataplane:
	@scripts/bench dataplane $(ARGS)
bench-gnmi:
	@go test -run "^$$" -bench GNMI -benchtime 1x -timeout 20m ./tests/gnmi
lint:
	@scripts/lint
gen:
	go generate ./...
fuzz:
	@scripts/fuzz
