package vty

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// talk is a stay in configuration mode: commands, each said in its block.
type talk struct {
	t    *Lines
	ctx  context.Context
	now  *tree // where blocks are, and those that are begun
	at   frr.Context
	lost bool // a refusal may have left us in any block
}

// all says the commands of the steps that have no error yet, and notes the refusals.
func (k *talk) all(steps []step, errs []error) {
	err := k.begin()
	for i, s := range steps {
		switch {
		case errs[i] != nil || !s.speaks():
		case err != nil:
			errs[i] = err
		default:
			errs[i] = k.one(s)
		}
	}
	if err == nil {
		if _, err := k.t.say(k.ctx, "end"); err != nil {
			k.t.disconnect() // not to sit in configuration mode, where `configure exclusive` would find us
		}
	}
}

func (k *talk) begin() error {
	_, err := k.t.say(k.ctx, "configure terminal")
	var refused *Error
	if errors.As(err, &refused) {
		return &engine.Error{Class: engine.Transient, Err: err} // somebody else holds the lock
	}
	return err
}

// one says a command in its block.
func (k *talk) one(s step) error {
	if err := k.enter(s.key.Context); err != nil {
		return err
	}
	if _, err := k.t.say(k.ctx, s.command); err != nil {
		k.lost = true
		return err
	}
	if !s.removes() && frr.IsBlock(s.command) {
		k.at = s.key.Inside()
		k.now.begin[k.at] = s.command
	}
	return nil
}

// enter goes to a block: on into it, or by way of the top.
func (k *talk) enter(to frr.Context) error {
	if !k.lost && k.at == to {
		return nil
	}
	if k.lost || !strings.HasPrefix(string(to), string(k.at)) {
		if _, err := k.t.say(k.ctx, "end"); err != nil {
			return err
		}
		if err := k.begin(); err != nil {
			return err
		}
		k.at, k.lost = "", false
	}
	for _, block := range to[len(k.at):].Blocks() {
		at := k.at.In(block)
		line, there := k.now.begin[at]
		switch {
		case there:
		case frr.IsImplicit(block):
			line = block
		default: // the daemon has been started again; saying a line that begins a block would make it
			return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("%s has no block %s", k.t.daemon, block)}
		}
		if _, err := k.t.say(k.ctx, line); err != nil {
			k.lost = true
			return err
		}
		k.at = at
	}
	return nil
}
