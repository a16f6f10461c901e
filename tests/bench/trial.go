package main

import (
	"fmt"
	"slices"
	"testing"
)

// trial stands in for the test that tests/netns wants: it fails by a panic that do turns into an error, and cleans up at its end.
type trial struct {
	testing.TB // only what is overridden below is used
	cleanups   []func()
	failed     bool
}

type failure struct{ error }

func (t *trial) Helper()                   {}
func (t *trial) Cleanup(f func())          { t.cleanups = append(t.cleanups, f) }
func (t *trial) Failed() bool              { return t.failed }
func (t *trial) Logf(string, ...any)       {}
func (t *trial) Errorf(string, ...any)     { t.failed = true }
func (t *trial) Fatal(args ...any)         { t.fail(fmt.Sprint(args...)) }
func (t *trial) Fatalf(f string, a ...any) { t.fail(fmt.Sprintf(f, a...)) }
func (t *trial) Skip(args ...any)          { t.fail(fmt.Sprint(args...)) }
func (t *trial) Skipf(f string, a ...any)  { t.fail(fmt.Sprintf(f, a...)) }

func (t *trial) fail(text string) {
	t.failed = true
	panic(failure{fmt.Errorf("%s", text)})
}

// do runs f and returns its error, or what failed in it.
func (t *trial) do(f func() error) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case failure:
			err = x.error
		default:
			panic(x)
		}
	}()
	return f()
}

// end cleans up, the newest first.
func (t *trial) end() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
}
