package engine

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// translation is one registered function. Its index is its precedence in conflicts.
type translation struct {
	index int
	table *table // nil for Always and sets
	name  string // of Always and sets
	sets  bool
}

// owner is one row as one translation sees it (or one Always function, or one set): it owns what the translation emitted.
type owner struct {
	of       *translation
	by       runner
	key      string
	contribs []contribution
	gen      uint32 // of its tracked reads: older ones do not count
	stale    bool   // in Engine.stale
	unlucky  bool   // its row has a trouble
}

// runner calls the translation function. There is nothing to translate any more if it returns false.
type runner interface {
	run(tx *Tx) (bool, error)
}

// text is TABLE|key for a row.
func (o *owner) text() string {
	if o.of.table == nil {
		return strings.TrimSuffix(o.of.name+":"+o.key, ":")
	}
	return o.of.table.text(o.key)
}

// before tells whether o's values win over p's: the translation that was registered first wins, and among its rows the lesser key. The order of
// arrival does not decide, because then a restart would change what is programmed.
func (o *owner) before(p *owner) bool {
	if o.of != p.of {
		return o.of.index < p.of.index
	}
	return o.key < p.key
}

func (e *Engine) addTranslation(t *table, name string) *translation {
	if e.running {
		panic("engine: translations are registered before Run")
	}
	tr := &translation{index: len(e.translations), table: t, name: name}
	e.translations = append(e.translations, tr)
	return tr
}

// restale has o translated before the next operations; several reasons in one round count once.
func (e *Engine) restale(o *owner) {
	switch {
	case o.stale:
	case e.working == int(Urgent):
		e.staleUrgent = append(e.staleUrgent, o)
	default:
		e.stale = append(e.stale, o)
	}
	o.stale = true
}

// translate runs o's function and makes what it emitted o's contributions. A function that fails contributes nothing: its row counts as absent.
func (e *Engine) translate(o *owner) {
	o.stale = false
	o.gen++
	tx := &e.tx
	tx.begin(e, o)
	present, err := tx.call()
	e.metrics.translations++
	switch {
	case present && tx.unlisted != nil:
		tx.unlisted.waiting = append(tx.unlisted.waiting, o) // what it read is incomplete, so what it emitted may be wrong
		tx.reset()
		return
	case !present || err != nil:
		tx.reset()
	}
	tx.commit()
	if err == nil && present {
		err = tx.complaint
	}
	if err == nil {
		e.rowOK(o)
		return
	}
	e.rowBad(o.text(), o, o.quarantine(err))
	o.unlucky = true
}

func (e *Engine) rowOK(o *owner) {
	if o.unlucky {
		o.unlucky = false
		e.rowGood(o.text(), o)
	}
}

// call runs the function; a panic is the row's error, because no input may end the process.
func (tx *Tx) call() (present bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			present, err = true, fmt.Errorf("panic: %v at %s", p, panicPlace(debug.Stack()))
		}
	}()
	if present, err = tx.owner.by.run(tx); err == nil {
		err = tx.misuse
	}
	return present, err
}

// panicPlace is the file and line of the function that panicked.
func panicPlace(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, "panic(") {
			continue
		}
		for _, l := range lines[i+2:] {
			if place, ok := strings.CutPrefix(l, "\t"); ok && !strings.Contains(place, "/runtime/") {
				place, _, _ = strings.Cut(place, " ")
				return place[strings.LastIndexByte(place, '/')+1:]
			}
		}
	}
	return "an unknown place"
}

// quarantine is the status of a row whose translation failed.
func (o *owner) quarantine(err error) Status {
	s := Status{Object: o.text(), State: Quarantined, Reason: err.Error(), Key: o.key, Owners: []string{o.text()}}
	if o.of.table != nil {
		s.Table = o.of.table.schema.Name
	}
	var f *db.FieldError
	if errors.As(err, &f) {
		s.Field, s.Value, s.Reason = f.Field, f.Value, f.Reason
		if f.Table != "" {
			s.Table, s.Key = f.Table, f.Key
		}
	}
	return s
}

// Always is a translation without a row of its own; it runs again when a tracked read changes.
func Always(e *Engine, name string, f func(*Tx) error) {
	o := &owner{of: e.addTranslation(nil, name), by: always(f)}
	e.restale(o)
}

type always func(*Tx) error

func (f always) run(tx *Tx) (bool, error) { return true, f(tx) }
