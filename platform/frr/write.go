package frr

import (
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Line is a line with what it says, ready to be wanted. The functions that make lines say which words of it are whose: names and values come from
// rows, everything else is written here.
type Line struct {
	Key   LineKey
	Text  Text
	Fixed bool // FRR does not change it in place
}

// Attr is the line's attribute.
func (l Line) Attr() engine.Attr[LineKey] {
	if l.Fixed {
		return LineFixed(l.Text)
	}
	return LineText(l.Text)
}

// Check says what FRR would not take for this one line.
func (l Line) Check() error { return l.Key.Check(l.Text) }

// Anew is the line as one that has to be taken back before it is written with another value.
func (l Line) Anew() Line {
	l.Fixed = true
	return l
}

// Is is the line without a value.
func (k LineKey) Is() Line { return Line{Key: k} }

// On is the line, or the opposite of it.
func (k LineKey) On(on bool) Line { return Line{Key: k, Text: Text{No: !on}} }

// With is the line with a value of some words; empty ones are left out.
func (k LineKey) With(words ...string) Line {
	return Line{Key: k, Text: Text{Value: strings.Join(strings.Fields(strings.Join(words, " ")), " ")}}
}

// Number is the line with a number.
func (k LineKey) Number(n uint64) Line { return k.With(strconv.FormatUint(n, 10)) }

// Numbers is the line with several numbers.
func (k LineKey) Numbers(list ...uint64) Line {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.FormatUint(n, 10)
	}
	return k.With(words...)
}

// Ending puts words behind the value.
func (k LineKey) Ending(tail string) LineKey {
	k.Tail = tail
	return k
}

// Block is a place for lines.
type Block struct {
	Daemon  Daemon
	Context Context
}

// Line is a line of the block by its words.
func (b Block) Line(words ...string) LineKey {
	return LineKey{Daemon: b.Daemon, Context: b.Context, Head: strings.Join(words, " ")}
}

// In is a block inside the block.
func (b Block) In(words ...string) Block {
	return Block{Daemon: b.Daemon, Context: b.Context.In(strings.Join(words, " "))}
}
