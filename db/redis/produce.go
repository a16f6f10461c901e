package redis

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

// The names of a state table's keys (sonic-contract 2.4).
func keySet(t *db.Schema) string     { return t.Name + "_KEY_SET" }
func delSet(t *db.Schema) string     { return t.Name + "_DEL_SET" }
func tempPrefix(t *db.Schema) string { return "_" + t.Name + t.Database.Separator() }

// produce appends one transaction that writes rows as ProducerStateTable does: what happens to the members of the key set and what happens to
// the temporary hashes cannot be seen apart. A transaction costs Redis half of what a script does (BenchmarkWrite).
func (p *pipe) produce(t *db.Schema, rows []*db.Write) error {
	p.Cmd("MULTI")
	queued := 0
	for len(rows) > 0 {
		n := independent(rows)
		queued += p.produceGroup(t, rows[:n])
		rows = rows[n:]
	}
	p.Cmd("PUBLISH", db.Channel(t.Database, t.Name), "G")
	p.Cmd("EXEC")
	return p.sent(3 + queued)
}

// independent is how many of rows can be written in any order of deletions and settings: no key is there twice, or all do the same.
func independent(rows []*db.Write) int {
	sets, dels := 0, 0
	for _, w := range rows {
		if len(w.Remove) > 0 || w.Delete && len(w.Fields) > 0 {
			sets, dels = sets+1, dels+1
		} else if w.Delete {
			dels++
		} else {
			sets++
		}
	}
	if sets == 0 || dels == 0 {
		return len(rows)
	}
	seen := make(map[string]struct{}, len(rows))
	for i, w := range rows {
		if _, again := seen[w.Key]; again {
			return i
		}
		seen[w.Key] = struct{}{}
	}
	return len(rows)
}

func (p *pipe) produceGroup(t *db.Schema, rows []*db.Write) (queued int) {
	temp := tempPrefix(t)
	p.Begin(2 + len(rows))
	p.Arg("SADD")
	p.Arg(keySet(t))
	dels := 0
	for _, w := range rows {
		p.Arg(w.Key)
		if w.Delete {
			dels++
		}
	}
	queued++
	if dels > 0 {
		p.produceDels(t, rows, dels)
		queued += 2
	}
	for _, w := range rows {
		switch {
		case len(w.Remove) > 0 && !w.Delete:
			p.without(t, w)
			queued++
		case len(w.Fields) > 0:
			p.Begin(2 + 2*len(w.Fields))
			p.Arg("HSET")
			p.Arg2(temp, w.Key)
			p.ArgFields(w.Fields)
			queued++
		}
	}
	return queued
}

// produceDels marks rows as deleted and drops what was pending of them.
func (p *pipe) produceDels(t *db.Schema, rows []*db.Write, dels int) {
	temp := tempPrefix(t)
	p.Begin(2 + dels)
	p.Arg("SADD")
	p.Arg(delSet(t))
	for _, w := range rows {
		if w.Delete {
			p.Arg(w.Key)
		}
	}
	p.Begin(1 + dels)
	p.Arg("DEL")
	for _, w := range rows {
		if w.Delete {
			p.Arg2(temp, w.Key)
		}
	}
}

func (p *pipe) without(t *db.Schema, w *db.Write) {
	temp := tempPrefix(t)
	p.Begin(8 + len(w.Remove) + 2*len(w.Fields))
	p.Arg("EVAL")
	p.Arg(withoutScript)
	p.Arg("3")
	p.Arg2(temp, w.Key)
	p.Arg2(temp[1:], w.Key)
	p.Arg(delSet(t))
	p.Arg(w.Key)
	p.Arg(strconv.Itoa(len(w.Remove)))
	for _, name := range w.Remove {
		p.Arg(name)
	}
	p.ArgFields(w.Fields)
}
