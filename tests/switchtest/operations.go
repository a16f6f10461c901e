package switchtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *script) operations(args []string) error {
	if len(args) != 1 && len(args) != 2 {
		return fmt.Errorf("usage: operations N [TYPE]")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	other := func(string) bool { return false }
	if len(args) == 2 {
		other = func(op string) bool { return !strings.Contains(op, "SAI_OBJECT_TYPE_"+args[1]+":") }
	}
	// One too many may come late, so nothing must have come for a while.
	var got []string
	same := 0
	err = s.await(func(context.Context) (bool, error) {
		now, err := s.sw.Operations()
		now = slices.DeleteFunc(slices.Clone(now), other)
		if same++; len(now) != len(got) {
			got, same = now, 0
		}
		return len(got) >= want && time.Duration(same)*poll > settleTime, err
	})
	if err == errLate || err == nil && len(got) != want {
		return fmt.Errorf("%d operations, not %d:\n%s", len(got), want, strings.Join(got[:min(len(got), 50)], "\n"))
	}
	return err
}
