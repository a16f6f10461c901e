package virtual

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Limits are the most objects of a type. Types that are not named are not limited.
type Limits map[sai.ObjectType]int

// ParseLimits reads a SAI_VS_RESOURCE_LIMITER_FILE: lines `[switchIndex:]SAI_OBJECT_TYPE_X=limit`, comments behind # and ;
// (sonic-contract 3.2). It gives the limits of one switch; a line without an index is about switch 0.
func ParseLimits(r io.Reader, switchIndex uint8) (Limits, error) {
	limits := Limits{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if i := strings.IndexAny(line, "#;"); i >= 0 {
			line = line[:i]
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		index, t, limit, err := parseLimit(line)
		if err != nil {
			return nil, fmt.Errorf("resource limiter line %d: %w", n, err)
		}
		if index == switchIndex {
			limits[t] = limit
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("resource limiter: %w", err)
	}
	return limits, nil
}

func parseLimit(line string) (index uint8, t sai.ObjectType, limit int, err error) {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return 0, 0, 0, fmt.Errorf("%q: want [switch:]type=limit", line)
	}
	if number, rest, ok := strings.Cut(name, ":"); ok {
		n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 8)
		if err != nil {
			return 0, 0, 0, fmt.Errorf("%q: switch index: %w", line, err)
		}
		index, name = uint8(n), rest
	}
	if t, err = sai.ParseObjectType(strings.TrimSpace(name)); err != nil {
		return 0, 0, 0, fmt.Errorf("%q: %w", line, err)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 31)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("%q: limit: %w", line, err)
	}
	return index, t, int(n), nil
}
