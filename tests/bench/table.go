package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// figure is one line of the table. Figures of the same name are one line: the median, with the range.
type figure struct {
	what   string
	sonic  string // what SONiC takes, measured on such a machine
	value  float64
	unit   string
	digits int
	detail string
	budget float64 // 0: none
	atMost bool    // the budget is a ceiling
}

// printTable prints Markdown, as docs/performance.md has it.
func printTable(w io.Writer, all []figure) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, "| what | SONiC | ours | budget |  |")
	fmt.Fprintln(w, "|---|---|---|---|---|")
	for _, f := range middles(all) {
		limit := ""
		if f.budget != 0 {
			limit = map[bool]string{true: "at most ", false: "at least "}[f.atMost] + f.text(f.budget)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", f.what, f.sonic, f.detailed(), limit, f.verdict())
	}
}

// printComparison prints what two binaries took, and the ratio.
func printComparison(w io.Writer, ours, theirs []figure) {
	fmt.Fprintln(w, "| what | this | the other | ratio |")
	fmt.Fprintln(w, "|---|---|---|---|")
	other := map[string]figure{}
	for _, f := range middles(theirs) {
		other[f.what] = f
	}
	for _, f := range middles(ours) {
		o := other[f.what]
		fmt.Fprintf(w, "| %s | %s | %s | %.3f |\n", f.what, f.detailed(), o.detailed(), f.value/o.value)
	}
}

// middles are the figures, those of one name as one, in the order of their first.
func middles(all []figure) (list []figure) {
	for len(all) > 0 {
		var same, rest []figure
		for _, f := range all {
			if f.what == all[0].what {
				same = append(same, f)
			} else {
				rest = append(rest, f)
			}
		}
		list, all = append(list, middle(same)), rest
	}
	return list
}

func (f figure) detailed() string {
	if f.detail == "" {
		return f.text(f.value)
	}
	return f.text(f.value) + " (" + f.detail + ")"
}

func middle(same []figure) figure {
	if len(same) == 1 {
		return same[0]
	}
	slices.SortFunc(same, func(a, b figure) int {
		if a.value < b.value {
			return -1
		}
		return 1
	})
	f, first, last := same[len(same)/2], same[0], same[len(same)-1]
	f.detail = strings.TrimPrefix(fmt.Sprintf("%s, %s - %s in %d runs", f.detail, first.text(first.value), last.text(last.value), len(same)), ", ")
	return f
}

func (f figure) text(v float64) string {
	text := fmt.Sprintf("%.*f", f.digits, v)
	for i := len(text) - 3 - max(f.digits+1, 1)*min(f.digits, 1); i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return strings.TrimSpace(text + " " + f.unit)
}

func (f figure) verdict() string {
	switch {
	case f.budget == 0:
		return ""
	case f.atMost && f.value <= f.budget, !f.atMost && f.value >= f.budget:
		return "met"
	case f.atMost:
		return fmt.Sprintf("missed: %.1f times as much", f.value/f.budget)
	}
	return fmt.Sprintf("missed: %.0f %% of it", 100*f.value/f.budget)
}

// times gives median, 99th percentile (with fewer than 100 the longest) of durations, in milliseconds.
func times(list []time.Duration) (median, p99 float64) {
	s := slices.Sorted(slices.Values(list))
	ms := func(i int) float64 { return float64(s[i].Microseconds()) / 1000 }
	return ms(len(s) / 2), ms((len(s)*99 - 1) / 100)
}
