package kernel

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// classify gives an error its class. What is not listed is the request's fault: invalid.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var classed *engine.Error
	if errors.As(err, &classed) {
		return err
	}
	class := engine.Invalid
	switch {
	case anyOf(err, unix.EBADF, unix.ENOTCONN), errors.Is(err, os.ErrClosed):
		class = engine.Fatal
	case anyOf(err, unix.EBUSY, unix.EAGAIN, unix.EINTR, unix.ENOMEM, unix.ENOBUFS, unix.ENETDOWN, unix.ENETUNREACH):
		class = engine.Transient
	case anyOf(err, unix.ENODEV, unix.ENXIO, unix.ESRCH):
		// The link went away by itself; the event that tells is on its way, or the link is on its way back.
		class = engine.Transient
	}
	return &engine.Error{Class: class, Err: err}
}

func anyOf(err error, errnos ...error) bool {
	for _, e := range errnos {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// gone tells the errors of removing what is not there.
func gone(err error) bool {
	return anyOf(err, unix.ENODEV, unix.ENXIO, unix.ESRCH, unix.ENOENT, unix.EADDRNOTAVAIL)
}

func invalid(format string, a ...any) error {
	return &engine.Error{Class: engine.Invalid, Err: fmt.Errorf(format, a...)}
}
