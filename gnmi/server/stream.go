package server

import (
	"context"
	"errors"
	"io"
	"time"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
)

// follow serves mode STREAM: what is there, the word that that was all, and then what changes, until the client goes.
func (s *Server) follow(stream stream, list *gpb.SubscriptionList, subs []*subscription) error {
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	s.group.Go(func() error { // ends when this handler has returned, if not before
		cancel(hearOut(stream))
		return nil
	})
	f := &follower{Server: s, out: s.sender(stream, subs), queue: subscribe.NewQueue(s.Limits.Queue)}
	defer f.detach()
	defer s.Counters.stream(f.queue)()
	err := f.run(ctx, list)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	if errors.Is(err, subscribe.ErrTooSlow) {
		s.Counters.overflow()
		return status.Error(codes.ResourceExhausted, err.Error())
	}
	return err
}

// hearOut waits for the end of what a client says. A client that has no more to say still listens.
func hearOut(stream stream) error {
	_, err := stream.Recv()
	switch {
	case err == nil:
		return status.Error(codes.InvalidArgument, "a subscription of mode STREAM takes no further request")
	case errors.Is(err, io.EOF):
		<-stream.Context().Done()
		return context.Canceled
	}
	return context.Canceled
}

// follower is one client of mode STREAM. Its goroutine is the RPC's.
type follower struct {
	*Server
	out      *sender
	queue    *subscribe.Queue
	attached []*subscribe.Attachment
}

func (f *follower) detach() {
	ctx, cancel := context.WithTimeout(context.Background(), detachTime)
	defer cancel()
	for _, a := range f.attached {
		a.Detach(ctx)
	}
}

// detachTime bounds the wait for a topic that reads.
const detachTime = 10 * time.Second

func (f *follower) run(ctx context.Context, list *gpb.SubscriptionList) error {
	for i, x := range f.out.subs {
		a, units, err := f.Hub.Attach(ctx, x.spec, f.queue, i, x.all)
		if err != nil {
			return err
		}
		f.attached = append(f.attached, a)
		if !list.GetUpdatesOnly() {
			if err := f.tell(x, units); err != nil {
				return err
			}
		}
	}
	if err := f.out.sync(); err != nil {
		return err
	}
	beats, timer := f.heartbeats()
	if timer != nil {
		defer timer.Stop()
	}
	for {
		var due <-chan time.Time
		if timer != nil {
			due = timer.C
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.queue.Wake():
			if err := f.drain(ctx); err != nil {
				return err
			}
		case now := <-due:
			if err := f.beat(ctx, beats, now); err != nil {
				return err
			}
			timer.Reset(time.Until(beats.next()))
		}
	}
}

// tell tells all units of a subscription.
func (f *follower) tell(x *subscription, units []subscribe.Change) error {
	var leaves []origin.Leaf
	now := f.Now().UnixNano()
	for _, u := range units {
		leaves = append(leaves, u.Leaves...)
		now = u.Time
	}
	return f.out.leaves(x, leaves, now)
}

// drain tells all that waits in the queue.
func (f *follower) drain(ctx context.Context) error {
	for more := true; more && ctx.Err() == nil; {
		var items []*subscribe.Item
		var err error
		if items, more, err = f.queue.Take(updatesAtOnce); err != nil {
			return err
		}
		if err := f.out.items(items); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// heartbeats are the times at which subscriptions are told again.
type heartbeats map[int]time.Time

func (h heartbeats) next() (first time.Time) {
	for _, t := range h {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first
}

func (f *follower) heartbeats() (heartbeats, *time.Timer) {
	beats := heartbeats{}
	for i, x := range f.out.subs {
		if x.heartbeat > 0 {
			beats[i] = time.Now().Add(x.heartbeat)
		}
	}
	if len(beats) == 0 {
		return nil, nil
	}
	return beats, time.NewTimer(time.Until(beats.next()))
}

func (f *follower) beat(ctx context.Context, beats heartbeats, now time.Time) error {
	for i, t := range beats {
		if now.Before(t) {
			continue
		}
		units, err := f.attached[i].Snapshot(ctx)
		if err != nil {
			return err
		}
		if err := f.tell(f.out.subs[i], units); err != nil {
			return err
		}
		beats[i] = now.Add(f.out.subs[i].heartbeat)
	}
	return nil
}
