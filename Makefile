# The targets that people type. Each is a script or one command; CI calls scripts/test, as README says.
.PHONY: demo test bench lint gen fuzz
demo:
	@scripts/demo
test:
	@scripts/test
bench:
	@scripts/bench
lint:
	@scripts/lint
gen:
	go generate ./...
fuzz:
	@scripts/fuzz
