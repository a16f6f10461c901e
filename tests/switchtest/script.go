package switchtest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/rehearsal"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// patience is how long a script waits for something to become true. Everything takes milliseconds; this is for machines that are busy.
const patience = 20 * time.Second

// settleTime is how long nothing must have changed before it is written into a script.
const settleTime = 300 * time.Millisecond

// poll is how often a script looks while it waits.
const poll = 5 * time.Millisecond

// RunScripts runs the scripts of a directory, each on a switch of its own:
//
//	set DB TABLE KEY field=value...   write a row; of APPL_DB by SONiC's state-table protocol. A field without = is removed
//	del DB TABLE KEY                  delete it
//	want DB FILE PATTERN...           wait until the content of a database (see Dump) is that of the file
//	count DB N PATTERN...             wait until a database has so many objects or rows like that
//	absent DB KEY                     wait until there is no such row (full key)
//	neigh LINK IP MAC|gone            make a neighbour known to the kernel
//	front ethN up|down                plug and unplug
//	notify CHANNEL OP DATA            publish a notification
//	mark, operations N [TYPE]         count operations on ASIC objects (of a type) since the mark
//	restart DAEMON                    end a daemon by force; it runs again
//	halt DAEMON                       have it do nothing more until it is restarted
//	explain TABLE KEY REGEXP          wait until the explanation of a row or object (TABLE -) matches
//
// With update, files that are not met are written anew.
func RunScripts(t *testing.T, dir string, update bool, start func(testing.TB) Switch) {
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(e *testscript.Env) error {
			s := &script{sw: start(e.T().(testing.TB))}
			if update {
				s.update = txtarUpdate{dir: dir}
			}
			e.Values[scriptKey{}] = s
			return s.await(func(ctx context.Context) (bool, error) {
				rows, err := s.sw.Keyspace().Raw(db.Appl).Hashes(ctx, []string{"PORT_TABLE:" + tables.PortInitDone})
				return err == nil && rows[0] != nil, nil
			})
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"set": command((*script).set), "del": command((*script).del), "want": command((*script).want), "absent": command((*script).absent),
			"count": command((*script).count),
			"neigh": command((*script).neigh), "front": command((*script).front), "notify": command((*script).notify),
			"mark": command((*script).mark), "operations": command((*script).operations), "carriers": command((*script).carriers), "steady": command((*script).steady), "restart": command((*script).restart), "halt": command((*script).halt),
			"explain": command((*script).explain),
		},
	})
}

type scriptKey struct{}

// script is the state of a running script.
type script struct {
	sw     Switch
	ts     *testscript.TestScript
	update txtarUpdate
	asked  int
	// counted are the carriers that were counted, by netdev.
	counted map[string]uint32
}

func command(f func(*script, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		s := ts.Value(scriptKey{}).(*script)
		s.ts = ts
		if neg {
			ts.Fatalf("no command is negated")
		}
		ts.Check(f(s, args))
	}
}

// await waits until done, or says why not.
func (s *script) await(done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		ok, err := done(ctx)
		if ctx.Err() != nil {
			return errLate
		}
		if ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errLate
		}
	}
}

var errLate = errors.New("not in time")

// table makes a schema of names, so that scripts can write rows that no table would.
func table(name, tableName string) (*db.Schema, error) {
	id, ok := databases[name]
	if !ok {
		return nil, fmt.Errorf("no database %s", name)
	}
	t := db.Plain
	if id == db.Appl {
		t = db.StateTable
	}
	return &db.Schema{Database: id, Name: tableName, Transport: t}, nil
}

func (s *script) set(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: set DB TABLE KEY field=value")
	}
	t, err := table(args[0], args[1])
	if err != nil {
		return err
	}
	w := db.Write{Table: t, Key: args[2]}
	for _, a := range args[3:] {
		if name, value, ok := strings.Cut(a, "="); ok {
			w.Fields = append(w.Fields, db.Field{Name: name, Value: value})
		} else {
			w.Remove = append(w.Remove, name)
		}
	}
	if len(args) == 3 {
		w.Fields = []db.Field{{Name: "NULL", Value: "NULL"}}
	}
	return s.sw.Keyspace().Write(context.Background(), []db.Write{w})
}

func (s *script) del(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: del DB TABLE KEY")
	}
	t, err := table(args[0], args[1])
	if err != nil {
		return err
	}
	return s.sw.Keyspace().Write(context.Background(), []db.Write{{Table: t, Key: args[2], Delete: true}})
}

func (s *script) want(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: want DB FILE PATTERN...")
	}
	id, ok := databases[args[0]]
	if !ok {
		return fmt.Errorf("no database %s", args[0])
	}
	want, got := s.ts.ReadFile(args[1]), ""
	if s.update.dir != "" {
		got, err := s.settled(id, args[2:])
		if err != nil || got == want {
			return err
		}
		return s.update.file(s.ts.Name(), args[1], got)
	}
	err := s.await(func(ctx context.Context) (bool, error) {
		now, err := Dump(ctx, s.sw.Keyspace(), id, args[2:]...)
		if ctx.Err() == nil {
			got = now
		}
		return got == want, err
	})
	if err == errLate {
		return fmt.Errorf("%w: %s %s (-want +got):\n%s", err, args[0], strings.Join(args[2:], " "), cmp.Diff(want, got))
	}
	return err
}

// settled is a dump that has not changed for a while: what is written into scripts.
func (s *script) settled(id db.ID, patterns []string) (string, error) {
	last, same := "", 0
	err := s.await(func(ctx context.Context) (bool, error) {
		now, err := Dump(ctx, s.sw.Keyspace(), id, patterns...)
		if same++; now != last {
			last, same = now, 0
		}
		return time.Duration(same)*poll > settleTime, err
	})
	return last, err
}

func (s *script) count(args []string) error {
	if len(args) < 3 || databases[args[0]] == 0 && args[0] != "APPL_DB" {
		return fmt.Errorf("usage: count DB N PATTERN...")
	}
	want, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	got := ""
	err = s.await(func(ctx context.Context) (bool, error) {
		now, err := Dump(ctx, s.sw.Keyspace(), databases[args[0]], args[2:]...)
		if ctx.Err() == nil {
			got = now
		}
		return Entries(got) == want, err
	})
	if err == errLate {
		return fmt.Errorf("%d are there, not %d:\n%s", Entries(got), want, got)
	}
	return err
}

// Entries counts the objects or rows of a dump.
func Entries(dump string) (n int) {
	for line := range strings.Lines(dump) {
		if !strings.HasPrefix(line, " ") {
			n++
		}
	}
	return n
}

func (s *script) absent(args []string) error {
	id, ok := databases[args[0]]
	if !ok || len(args) != 2 {
		return fmt.Errorf("usage: absent DB KEY")
	}
	return s.await(func(ctx context.Context) (bool, error) {
		rows, err := s.sw.Keyspace().Raw(id).Hashes(ctx, []string{args[1]})
		return err == nil && rows[0] == nil, err
	})
}

func (s *script) neigh(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: neigh LINK IP MAC|gone")
	}
	ip, err := netip.ParseAddr(args[1])
	if err != nil {
		return err
	}
	var mac *tables.MAC
	if args[2] != "gone" {
		mac = &tables.MAC{}
		if err := mac.UnmarshalText([]byte(args[2])); err != nil {
			return err
		}
	}
	return s.sw.Neighbor(args[0], ip, mac)
}

func (s *script) front(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: front ethN up|down")
	}
	return s.sw.Front(args[0], args[1] == "up")
}

func (s *script) notify(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: notify CHANNEL OP DATA")
	}
	return s.sw.Keyspace().Publish(context.Background(), db.Notification{Channel: args[0], Op: args[1], Data: args[2]})
}

func (s *script) mark([]string) error { return s.sw.Mark() }

// carriers notes how often netdevs have got or lost their carriers; steady sees to it that they have not since.
func (s *script) carriers(args []string) (err error) {
	s.counted = map[string]uint32{}
	for _, name := range args {
		if s.counted[name], err = s.sw.Carriers(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *script) steady([]string) error {
	for name, before := range s.counted {
		now, err := s.sw.Carriers(name)
		if err != nil {
			return err
		}
		if now != before {
			return fmt.Errorf("%s has got or lost its carrier %d times", name, now-before)
		}
	}
	return nil
}

func (s *script) restart(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: restart DAEMON")
	}
	return s.sw.Restart(args[0])
}

func (s *script) halt(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: halt DAEMON")
	}
	return s.sw.Halt(args[0])
}

func (s *script) explain(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: explain TABLE KEY REGEXP, or explain OBJECT - REGEXP")
	}
	match, err := regexp.Compile(args[2])
	if err != nil {
		return err
	}
	text := args[0]
	if args[1] != "-" {
		text += "|" + args[1]
	}
	said := ""
	err = s.await(func(ctx context.Context) (bool, error) {
		said, err = s.explanation(ctx, text)
		return match.MatchString(said), err
	})
	if err == errLate {
		return fmt.Errorf("%w: explanation of %s matches %s:\n%s", err, text, match, said)
	}
	return err
}

// explanation asks all daemons that have an engine, and lets them a second to answer.
func (s *script) explanation(ctx context.Context, text string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	s.asked++
	said := map[string][]engine.Explanation{}
	err := daemon.Explain(ctx, s.sw.Keyspace(), fmt.Sprint("script ", s.asked), text, func(e daemon.Explained) bool {
		said[e.Daemon] = e.Explanations
		return len(said) < 3
	})
	if err != nil && ctx.Err() == nil {
		return "", err
	}
	var b strings.Builder
	for _, name := range rehearsal.Daemons() {
		for _, x := range said[name] {
			b.WriteString(name + " " + x.String())
		}
	}
	return b.String(), nil
}

// txtarUpdate rewrites files of scripts.
type txtarUpdate struct{ dir string }

var updating sync.Mutex // scripts run at once, and two may be of one file

func (u txtarUpdate) file(script, name, content string) error {
	updating.Lock()
	defer updating.Unlock()
	path := filepath.Join(u.dir, script+".txtar")
	a, err := txtar.ParseFile(path)
	if err != nil {
		return err
	}
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(content)
			return os.WriteFile(path, txtar.Format(a), 0o644)
		}
	}
	return fmt.Errorf("%s has no file %s", path, name)
}
