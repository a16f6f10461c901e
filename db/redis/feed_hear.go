package redis

import (
	"bytes"
	"context"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// hear takes all messages that have arrived, without blocking.
func (f *feed) hear(ctx context.Context) error {
	if !f.sub.Poll() {
		return nil
	}
	release := f.sub.Bind(ctx)
	defer release()
	for f.sub.Poll() {
		channel, payload, err := message(f.sub)
		if err != nil {
			return err
		}
		topic, ok := f.topics[channel]
		switch {
		case !ok:
		case topic.loaded && f.phase >= listing && string(payload) == "set":
			// The loader may have flushed the database, of which there are no events.
			f.relist()
		case topic.mark:
			if n, err := db.ParseNotification(channel, string(payload)); err == nil {
				f.marks = append(f.marks, n.Op)
			}
		case topic.loaded, topic.ready:
		case topic.table != nil:
			topic.table.dirty = true
		default:
			f.event(topic.id, payload)
		}
	}
	return nil
}

// event queues the row of a key, if it is of the feed's tables.
func (f *feed) event(id db.ID, key []byte) {
	if f.phase == holding || f.phase == begin {
		return // everything is read later
	}
	sep := id.Separator()
	i := bytes.Index(key, []byte(sep))
	if i < 0 {
		return
	}
	if t := f.events[id][string(key[:i])]; t != nil {
		f.push(ref{table: t.Schema, key: string(key[i+len(sep):])})
	}
}

func (f *feed) push(r ref) {
	if _, ok := f.queued[r]; !ok {
		f.queued[r] = struct{}{}
		f.pending = append(f.pending, r)
	}
}

// keyScan is an enumeration of a database's keys: one for all tables there, since each looks at every key of the database.
type keyScan struct {
	id      db.ID
	pattern string
	tables  map[string]*table
	cursor  string
}

// startScans prepares the listing of all tables but Maps.
func (f *feed) startScans() {
	byID := map[db.ID]int{}
	for _, t := range f.tables {
		if t.Transport == db.Map {
			continue
		}
		i, ok := byID[t.Database]
		if !ok {
			i = len(f.scans)
			byID[t.Database] = i
			f.scans = append(f.scans, keyScan{id: t.Database, tables: map[string]*table{}, cursor: "0"})
		}
		f.scans[i].tables[t.Name] = t
	}
	for i := range f.scans {
		f.scans[i].pattern = f.scans[i].glob()
	}
}

// glob matches the keys of the tables, and as few others as a pattern without alternatives can: a table's own, or by the first letter.
func (s *keyScan) glob() string {
	var first strings.Builder
	for name := range s.tables {
		if len(s.tables) == 1 {
			return name + s.id.Separator() + "*"
		}
		if !strings.Contains(first.String(), name[:1]) {
			first.WriteString(name[:1])
		}
	}
	return "[" + first.String() + "]*"
}

// scan continues the enumeration by one step.
func (f *feed) scan() error {
	s := &f.scans[0]
	f.cmd.Select(s.id)
	next, keys, err := scan(f.cmd, s.cursor, s.pattern, nil)
	if err != nil {
		return err
	}
	for _, full := range keys {
		name, key, ok := strings.Cut(full, s.id.Separator())
		if t := s.tables[name]; ok && t != nil {
			f.push(ref{table: t.Schema, key: key})
		}
	}
	if s.cursor = next; next == "0" {
		f.scans = f.scans[1:]
	}
	return nil
}
