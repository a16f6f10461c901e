package server

import (
	"slices"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
)

// sender tells a client what its subscriptions found.
type sender struct {
	stream   stream
	subs     []*subscription
	counters *Counters
}

func (s *Server) sender(stream stream, subs []*subscription) *sender {
	return &sender{stream: stream, subs: subs, counters: s.Counters}
}

// updatesAtOnce is how many updates a notification has at most: enough to be cheap, few enough for a receiver with gRPC's usual limit of 4 MB.
const updatesAtOnce = 512

// leaves tells all that a subscription found at a time.
func (o *sender) leaves(x *subscription, leaves []origin.Leaf, now int64) error {
	if len(leaves) == 0 {
		return nil
	}
	if x.trees {
		u, err := x.tree(x.path, leaves, x.encoding)
		if err != nil {
			return err
		}
		return o.send(&gpb.Notification{Timestamp: now, Prefix: x.answerPrefix(), Update: []*gpb.Update{u}})
	}
	leaves, wholes := o.apart(x, leaves)
	for _, w := range wholes {
		if err := o.whole(x, w, now, 0); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(leaves, updatesAtOnce) {
		n := &gpb.Notification{Timestamp: now, Prefix: x.answerPrefix()}
		for _, l := range part {
			u, err := x.leafUpdate(l, x.encoding)
			if err != nil {
				return err
			}
			n.Update = append(n.Update, u)
		}
		if err := o.send(n); err != nil {
			return err
		}
	}
	return nil
}

// apart takes the leaves of nodes that are told as a whole out of others, and puts those of a node together.
func (o *sender) apart(x *subscription, leaves []origin.Leaf) (rest []origin.Leaf, wholes [][]origin.Leaf) {
	at := map[string]int{}
	for i, l := range leaves {
		n := x.spec.Whole(l.Path)
		if n == 0 {
			if len(wholes) > 0 {
				rest = append(rest, l)
			}
			continue
		}
		if len(wholes) == 0 {
			rest = slices.Clone(leaves[:i])
		}
		name := origin.Text(&gpb.Path{Elem: l.Path.GetElem()[:n]})
		place, begun := at[name]
		if !begun {
			place = len(wholes)
			at[name], wholes = place, append(wholes, nil)
		}
		wholes[place] = append(wholes[place], l)
	}
	if len(wholes) == 0 {
		return leaves, nil
	}
	return rest, wholes
}

// whole tells all leaves of a node at once: an atomic notification, whose prefix is the node. What the client had of the node before is void.
func (o *sender) whole(x *subscription, leaves []origin.Leaf, now int64, duplicates uint32) error {
	at := x.spec.Whole(leaves[0].Path)
	n := &gpb.Notification{Timestamp: now, Atomic: true, Prefix: &gpb.Path{
		Origin: x.answerOrigin(), Target: x.prefix.GetTarget(), Elem: leaves[0].Path.GetElem()[:at],
	}}
	for _, l := range leaves {
		u, err := x.leafUpdate(l, x.encoding)
		if err != nil {
			return err
		}
		u.Path, u.Duplicates = &gpb.Path{Elem: l.Path.GetElem()[at:]}, duplicates
		n.Update = append(n.Update, u)
	}
	return o.send(n)
}

// items tells changes that a queue gave. Those of one subscription that follow each other go together.
func (o *sender) items(items []*subscribe.Item) error {
	for len(items) > 0 {
		n := 1
		first := o.subs[items[0].Subscription]
		if !gone(items[0]) && first.spec.Whole(items[0].Leaves[0].Path) > 0 {
			if err := o.whole(first, items[0].Leaves, items[0].Time, items[0].Duplicates); err != nil {
				return err
			}
			items = items[1:]
			continue
		}
		for n < len(items) && items[n].Subscription == items[0].Subscription && gone(items[n]) == gone(items[0]) &&
			(gone(items[n]) || first.spec.Whole(items[n].Leaves[0].Path) == 0) {
			n++
		}
		x := o.subs[items[0].Subscription]
		var err error
		switch {
		case gone(items[0]):
			err = o.deletes(x, items[:n])
		case x.trees:
			err = o.trees(x, items[:n])
		default:
			err = o.updates(x, items[:n])
		}
		if err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

func gone(i *subscribe.Item) bool { return len(i.Leaves) == 0 }

func (o *sender) updates(x *subscription, items []*subscribe.Item) error {
	n := &gpb.Notification{Prefix: x.answerPrefix()}
	for _, i := range items {
		n.Timestamp = max(n.Timestamp, i.Time)
		for _, l := range i.Leaves {
			u, err := x.leafUpdate(l, x.encoding)
			if err != nil {
				return err
			}
			u.Duplicates = i.Duplicates
			n.Update = append(n.Update, u)
		}
	}
	return o.send(n)
}

// trees tells rows as SONiC's telemetry does: one tree of those that changed.
func (o *sender) trees(x *subscription, items []*subscribe.Item) error {
	var leaves []origin.Leaf
	now, duplicates := int64(0), uint32(0)
	for _, i := range items {
		leaves = append(leaves, i.Leaves...)
		now, duplicates = max(now, i.Time), duplicates+i.Duplicates
	}
	u, err := x.tree(x.path, leaves, x.encoding)
	if err != nil {
		return err
	}
	u.Duplicates = duplicates
	return o.send(&gpb.Notification{Timestamp: now, Prefix: x.answerPrefix(), Update: []*gpb.Update{u}})
}

// deletes names what is gone. The oldest form of SONiC's subscriptions has an empty object for a row besides.
func (o *sender) deletes(x *subscription, items []*subscribe.Item) error {
	n := &gpb.Notification{Prefix: x.answerPrefix()}
	var empty []origin.Leaf
	for _, i := range items {
		n.Timestamp = max(n.Timestamp, i.Time)
		n.Delete = append(n.Delete, x.answerPath(i.Path))
		if len(i.Path.GetElem()) > len(x.path.GetElem()) {
			empty = append(empty, origin.Leaf{Path: i.Path, Value: &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: []byte("{}")}}})
		}
	}
	if x.style.Classic && len(empty) > 0 {
		u, err := x.tree(x.path, empty, x.encoding)
		if err != nil {
			return err
		}
		n.Update = append(n.Update, u)
	}
	return o.send(n)
}

func (o *sender) send(n *gpb.Notification) error {
	o.counters.notification(len(n.GetUpdate()), len(n.GetDelete()))
	return o.stream.Send(&gpb.SubscribeResponse{Response: &gpb.SubscribeResponse_Update{Update: n}})
}

func (o *sender) sync() error {
	return o.stream.Send(&gpb.SubscribeResponse{Response: &gpb.SubscribeResponse_SyncResponse{SyncResponse: true}})
}
