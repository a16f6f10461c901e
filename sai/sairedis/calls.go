package sairedis

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Create implements sai.API. Objects without an OID get one from VIDCOUNTER.
func (c *Client) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	return c.create(ctx, c.ahead(), t, r)()
}

// StartCreate implements sai.Pipeline.
func (c *Client) StartCreate(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) (wait func() []sai.CreateResult) {
	return started(c, c.create(ctx, c.config.Window, t, r))
}

func (c *Client) create(ctx context.Context, room int, t sai.ObjectType, r []sai.CreateRequest) (wait func() []sai.CreateResult) {
	results := make([]sai.CreateResult, len(r))
	for i := range results {
		results[i] = sai.CreateResult{OID: r[i].Object.OID, Status: sai.StatusUninitialized}
	}
	if !c.assign(ctx, t, results) {
		return func() []sai.CreateResult { return results }
	}
	finish := c.write(ctx, room, verb{
		t: t, single: wire.Create, bulk: wire.BulkCreate, n: len(r), attrs: true,
		at: func(i int) element {
			o := r[i].Object
			o.OID = results[i].OID
			return element{o, r[i].Attrs}
		},
		status: func(i int, s sai.Status) { results[i].Status = s },
	})
	return func() []sai.CreateResult {
		finish()
		for i := range results {
			if results[i].Status != sai.StatusSuccess {
				results[i].OID = 0
			}
		}
		return results
	}
}

// assign gives OIDs to new objects that have none.
func (c *Client) assign(ctx context.Context, t sai.ObjectType, results []sai.CreateResult) bool {
	if sai.IsEntry(t) {
		return true
	}
	missing := 0
	for i := range results {
		if results[i].OID == 0 {
			missing++
		}
	}
	vids, err := c.Allocate(ctx, t, missing)
	if err != nil {
		c.fail(err)
		return false
	}
	for i := range results {
		if results[i].OID == 0 {
			results[i].OID, vids = vids[0], vids[1:]
		}
	}
	return true
}

// Remove implements sai.API.
func (c *Client) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	return c.remove(ctx, c.ahead(), t, o)()
}

// StartRemove implements sai.Pipeline.
func (c *Client) StartRemove(ctx context.Context, t sai.ObjectType, o []sai.Object) (wait func() []sai.Status) {
	return started(c, c.remove(ctx, c.config.Window, t, o))
}

func (c *Client) remove(ctx context.Context, room int, t sai.ObjectType, o []sai.Object) (wait func() []sai.Status) {
	results := make([]sai.Status, len(o))
	finish := c.write(ctx, room, verb{
		t: t, single: wire.Remove, bulk: wire.BulkRemove, n: len(o),
		at:     func(i int) element { return element{Object: o[i]} },
		status: func(i int, s sai.Status) { results[i] = s },
	})
	return func() []sai.Status {
		finish()
		return results
	}
}

// Set implements sai.API.
func (c *Client) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	return c.set(ctx, c.ahead(), t, r)()
}

// StartSet implements sai.Pipeline.
func (c *Client) StartSet(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) (wait func() []sai.Status) {
	return started(c, c.set(ctx, c.config.Window, t, r))
}

// set sends attributes. The switch has no bulk form: SONiC's syncd refuses it in init view.
func (c *Client) set(ctx context.Context, room int, t sai.ObjectType, r []sai.SetRequest) (wait func() []sai.Status) {
	results := make([]sai.Status, len(r))
	attr := make([]sai.Attribute, 1)
	v := verb{
		t: t, single: wire.Set, bulk: wire.BulkSet, n: len(r), attrs: true,
		at: func(i int) element {
			attr[0] = r[i].Attr
			return element{r[i].Object, attr}
		},
		status: func(i int, s sai.Status) { results[i] = s },
	}
	if t == sai.ObjectTypeSwitch {
		v.bulk = ""
	}
	finish := c.write(ctx, room, v)
	return func() []sai.Status {
		finish()
		return results
	}
}

// started keeps the books of calls that were started.
func started[R any](c *Client, wait func() []R) func() []R {
	c.started = append(c.started, c.sent)
	return func() []R {
		results := wait()
		c.started = slices.Delete(c.started, 0, 1)
		return results
	}
}

// verb is a call that changes objects, in terms of its elements.
type verb struct {
	t            sai.ObjectType
	single, bulk string // operations; without a bulk form every element is a command of its own
	attrs        bool   // elements have attributes
	n            int
	at           func(i int) element // holds until the next call
	status       func(i int, s sai.Status)
}

type element struct {
	sai.Object
	attrs []sai.Attribute
}

// write sends one element by the single form, more by the bulk form. Elements that have no wire form are refused here. The others have their status
// when finish returns.
func (c *Client) write(ctx context.Context, room int, v verb) (finish func()) {
	for i := range v.n {
		v.status(i, sai.StatusUninitialized)
	}
	if v.n == 1 || v.bulk == "" {
		c.writeSingles(ctx, room, v)
	} else {
		c.writeBulks(ctx, room, v)
	}
	last := c.sent
	return func() { c.finish(ctx, last) }
}

func (c *Client) writeBulks(ctx context.Context, room int, v verb) {
	chunks := (v.n + wire.MaxBulk - 1) / wire.MaxBulk
	elements := make([][]int, chunks)
	c.start(ctx, room, chunks, func(i int) (cmd db.Command) {
		from := i * wire.MaxBulk
		cmd, elements[i] = c.encoder.bulk(&v, from, min(from+wire.MaxBulk, v.n))
		return cmd
	}, func(i int, a answer) {
		for j, e := range elements[i] {
			v.status(e, bulkStatus(a, j, len(elements[i])))
		}
	})
}

const success = "SAI_STATUS_SUCCESS"

// bulkStatus is the status of element j of n in a bulk answer. A command that was refused as a whole has no statuses of elements.
func bulkStatus(a answer, j, n int) sai.Status {
	switch {
	case len(a.fields) == n && a.fields[j].Name == success:
		return sai.StatusSuccess
	case len(a.fields) == n:
		if s, err := sai.ParseStatus(a.fields[j].Name); err == nil {
			return s
		}
	case a.status != sai.StatusSuccess:
		return a.status
	}
	return sai.StatusFailure
}

func (c *Client) writeSingles(ctx context.Context, room int, v verb) {
	live := make([]int, 0, v.n)
	commands := make([]db.Command, 0, v.n)
	for i := range v.n {
		cmd, err := singleCommand(&v, i)
		if err != nil {
			v.status(i, sai.StatusInvalidParameter)
			continue
		}
		live, commands = append(live, i), append(commands, cmd)
	}
	c.start(ctx, room, len(commands), func(i int) db.Command { return commands[i] },
		func(i int, a answer) { v.status(live[i], a.status) })
}
