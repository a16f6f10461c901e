package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// The exit codes: SONiC's commands (and click's) use 2 for what the user should have known better, and 1 for everything else.
const (
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a command that is refused, in SONiC's words where it has some.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// fail refuses a command.
func fail(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// silent is a failure that has been told already.
type silent struct{ code int }

func (e *silent) Error() string { return fmt.Sprintf("exit %d", e.code) }

// ErrRefused is what Switch.FRR returns beside the text of a command that did not work out: there is no such route, no such instance.
var ErrRefused = errors.New("FRR refuses the command")

// errAborted is the answer no.
var errAborted = errors.New("Aborted!")

// Report writes an error in one line, as SONiC's commands do, and returns the exit code.
func Report(w io.Writer, err error) int {
	var quiet *silent
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &quiet):
		return quiet.code
	case errors.Is(err, errAborted):
		fmt.Fprintln(w, err)
		return exitFailure
	}
	fmt.Fprintln(w, "Error:", oneLine(err.Error()))
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailure
}

func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
