package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// A flow sends every rhythm. So a packet that is lost is that much time without the network.
const (
	rhythm     = 2 * time.Millisecond
	flowsAWay  = 16
	flowBuffer = 4 << 20
)

// flow is paced datagrams of one 5-tuple. One goroutine writes sent, another got; both only grow.
type flow struct {
	conn net.Conn
	sent atomic.Int64
	got  []atomic.Bool // by number
	copy atomic.Int64  // that arrived again
}

// way is flows from one host to another.
type way struct {
	from, to string
	flows    []*flow
	sink     net.PacketConn
}

// newWay opens sockets for flows of up to most packets.
func (l *lab) newWay(from, to, address string, most int) (*way, error) {
	w := &way{from: from, to: to}
	err := l.spaces[to].do(func() (err error) {
		w.sink, err = net.ListenPacket("udp", net.JoinHostPort(address, "0"))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", to, err)
	}
	if u, ok := w.sink.(*net.UDPConn); ok {
		if err := u.SetReadBuffer(flowBuffer); err != nil {
			return nil, errors.Join(err, w.sink.Close())
		}
	}
	for range flowsAWay {
		f := &flow{got: make([]atomic.Bool, most)}
		err := l.spaces[from].do(func() (err error) {
			f.conn, err = net.Dial("udp", w.sink.LocalAddr().String())
			return err
		})
		if err != nil {
			w.close()
			return nil, fmt.Errorf("%s: %w", from, err)
		}
		w.flows = append(w.flows, f)
	}
	return w, nil
}

func (w *way) close() {
	_ = w.sink.Close()
	for _, f := range w.flows {
		_ = f.conn.Close()
	}
}

// receive notes what arrives, until the sink is closed.
func (w *way) receive() error {
	buf := make([]byte, 100)
	for {
		n, _, err := w.sink.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil || n < 16 {
			continue // an ICMP error about a packet of ours: what is lost is counted
		}
		flow, number := binary.BigEndian.Uint64(buf), binary.BigEndian.Uint64(buf[8:])
		if flow < uint64(len(w.flows)) && number < uint64(len(w.flows[flow].got)) && w.flows[flow].got[number].Swap(true) {
			w.flows[flow].copy.Add(1)
		}
	}
}

// send keeps the rhythm until ctx ends: what the machine was late for is sent at once.
func (w *way) send(ctx context.Context) error {
	tick := time.NewTicker(rhythm)
	defer tick.Stop()
	buf := make([]byte, 16)
	for start := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for i, f := range w.flows {
			binary.BigEndian.PutUint64(buf, uint64(i))
			for due := min(int64(time.Since(start)/rhythm), int64(len(f.got))); f.sent.Load() < due; {
				binary.BigEndian.PutUint64(buf[8:], uint64(f.sent.Load()))
				if _, err := f.conn.Write(buf); err == nil { // what the sender could not send is not lost by the network
					f.sent.Add(1)
				} else if ctx.Err() != nil {
					return nil
				}
			}
		}
	}
}

// traffic runs ways beside f.
func traffic(ctx context.Context, ways []*way, f func() error) error {
	ctx, stop := context.WithCancel(ctx)
	var senders, receivers errgroup.Group
	for _, w := range ways {
		senders.Go(func() error { return w.send(ctx) })
		receivers.Go(w.receive)
	}
	err := f()
	stop()
	err = errors.Join(err, senders.Wait())
	for _, w := range ways {
		w.close()
	}
	return errors.Join(err, receivers.Wait())
}

// marks is how far each flow of a way has come.
func (w *way) marks() (list []int64) {
	for _, f := range w.flows {
		list = append(list, f.sent.Load())
	}
	return list
}

// loss is what was lost between marks: packets of all flows, of the flow that lost the most, and how many flows lost any.
func (w *way) loss(from, to []int64) (all, worst, hit int) {
	for i, f := range w.flows {
		lost := 0
		for n := from[i]; n < to[i]; n++ {
			if !f.got[n].Load() {
				lost++
			}
		}
		all += lost
		worst = max(worst, lost)
		if lost > 0 {
			hit++
		}
	}
	return all, worst, hit
}

func (w *way) copies() (n int64) {
	for _, f := range w.flows {
		n += f.copy.Load()
	}
	return n
}
