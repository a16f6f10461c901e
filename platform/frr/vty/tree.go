package vty

import (
	"iter"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// tree is a running configuration: lines by the blocks they stand in.
type tree struct {
	blocks map[frr.Context]*block
	begin  map[frr.Context]string // the line that begins a block
}

type block struct {
	lines []string // in FRR's order, with those that begin blocks
	index map[string]struct{}
}

// parseTree reads what `show running-config` prints: each block is indented by one more space than the line that begins it. Lines that only end a block,
// comments and the frame around the configuration are left out.
func parseTree(config string) *tree {
	t := &tree{blocks: map[frr.Context]*block{}, begin: map[frr.Context]string{}}
	var path []string // the last line at each depth
	for line := range strings.Lines(config) {
		text := strings.TrimSpace(line)
		depth := len(line) - len(strings.TrimLeft(line, " "))
		if text == "" || text[0] == '!' || text == "exit" || text == "end" || strings.HasPrefix(text, "exit-") || depth > len(path) {
			continue
		}
		context := frr.Context("")
		for _, l := range path[:depth] {
			context = context.In(frr.BlockOf(l))
			t.begin[context] = l
		}
		t.add(context, text)
		if frr.IsBlock(text) {
			t.begin[context.In(frr.BlockOf(text))] = text
		}
		path = append(path[:depth], text)
	}
	return t
}

func (t *tree) add(c frr.Context, line string) {
	b := t.blocks[c]
	if b == nil {
		b = &block{index: map[string]struct{}{}}
		t.blocks[c] = b
	}
	b.lines = append(b.lines, line)
	b.index[line] = struct{}{}
}

// has tells whether a line is there.
func (t *tree) has(c frr.Context, line string) bool {
	b := t.blocks[c]
	if b == nil {
		return false
	}
	_, ok := b.index[line]
	return ok
}

// lines are those of a block.
func (t *tree) lines(c frr.Context) []string {
	if b := t.blocks[c]; b != nil {
		return b.lines
	}
	return nil
}

// inside yields the lines of a block and of those in it, but for lines that only begin a block.
func (t *tree) inside(c frr.Context) iter.Seq2[frr.Context, string] {
	return func(yield func(frr.Context, string) bool) {
		for _, line := range t.lines(c) {
			if !frr.IsImplicit(line) && !yield(c, line) {
				return
			}
			for in, l := range t.inside(c.In(frr.BlockOf(line))) {
				if !yield(in, l) {
					return
				}
			}
		}
	}
}

// find is a line with the head and the tail of a key, whatever its value.
func (t *tree) find(k frr.LineKey) (string, bool) {
	for _, line := range t.lines(k.Context) {
		if _, ok := k.Read(line); ok {
			return line, true
		}
	}
	return "", false
}
