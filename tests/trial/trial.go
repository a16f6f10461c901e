// Package trial runs outside of tests what is made for them: tests/netns wants a test to fail and to clean up after.
package trial

import (
	"fmt"
	"slices"
	"testing"
)

// T stands in for a test: it fails by a panic that Do turns into an error, and cleans up at its End.
type T struct {
	testing.TB // only what is overridden below is used
	cleanups   []func()
	failed     bool
}

type failure struct{ error }

// Helper and the others are testing.TB's.
func (t *T) Helper()                   {}
func (t *T) Cleanup(f func())          { t.cleanups = append(t.cleanups, f) }
func (t *T) Failed() bool              { return t.failed }
func (t *T) Logf(string, ...any)       {}
func (t *T) Errorf(string, ...any)     { t.failed = true }
func (t *T) Fatal(args ...any)         { t.fail(fmt.Sprint(args...)) }
func (t *T) Fatalf(f string, a ...any) { t.fail(fmt.Sprintf(f, a...)) }
func (t *T) Skip(args ...any)          { t.fail(fmt.Sprint(args...)) }
func (t *T) Skipf(f string, a ...any)  { t.fail(fmt.Sprintf(f, a...)) }

func (t *T) fail(text string) {
	t.failed = true
	panic(failure{fmt.Errorf("%s", text)})
}

// Do runs f and returns its error, or what failed in it.
func (t *T) Do(f func() error) (err error) {
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

// End cleans up, the newest first.
func (t *T) End() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
}
