package db

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// within bounds an unsigned number: bounds reads 68..9216, both included.
func within(v value, t reflect.Type, bounds string) (value, error) {
	low, high, ok := strings.Cut(bounds, "..")
	from, err := strconv.ParseUint(low, 10, 64)
	to, err2 := strconv.ParseUint(high, 10, 64)
	if !ok || err != nil || err2 != nil || from > to {
		return v, fmt.Errorf("%q is not a range such as 1..10", bounds)
	}
	switch t.Kind() {
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	default:
		return v, errors.New("only an unsigned number has a range")
	}
	decode := v.decode
	v.decode = func(r reflect.Value, text string) error {
		if err := decode(r, text); err != nil {
			return err
		}
		if n := r.Uint(); n < from || n > to {
			return fmt.Errorf("is not from %d to %d", from, to)
		}
		return nil
	}
	return v, nil
}
