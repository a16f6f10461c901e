// Package natural orders names the way people count: Ethernet4 before Ethernet12. SONiC's commands list everything so.
package natural

import (
	"slices"
	"strings"
)

// Compare orders two texts by their parts, numbers by value and the rest byte by byte; a number comes before anything else.
func Compare(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		xn, yn := digits(x), digits(y)
		switch {
		case xn > 0 && yn > 0:
			if c := number(x[:xn], y[:yn]); c != 0 {
				return c
			}
			x, y = x[xn:], y[yn:]
		case xn > 0:
			return -1
		case yn > 0:
			return 1
		default:
			xt, yt := text(x), text(y)
			if c := strings.Compare(x[:xt], y[:yt]); c != 0 {
				return c
			}
			x, y = x[xt:], y[yt:]
		}
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// Rows orders rows by their first columns, then the second ones and so on.
func Rows(rows [][]string) {
	slices.SortStableFunc(rows, func(a, b []string) int { return slices.CompareFunc(a, b, Compare) })
}

// digits is the length of the number at the beginning.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

func text(s string) int {
	if i := strings.IndexAny(s, "0123456789"); i >= 0 {
		return i
	}
	return len(s)
}

func number(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
