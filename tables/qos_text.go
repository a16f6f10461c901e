package tables

import (
	"fmt"
	"slices"
	"strings"
)

// EcnMode is which colours a WRED profile marks.
type EcnMode uint8

// The modes; their values are SAI's.
const (
	EcnNone EcnMode = iota
	EcnGreen
	EcnYellow
	EcnRed
	EcnGreenYellow
	EcnGreenRed
	EcnYellowRed
	EcnAll
)

var ecnModes = []string{"ecn_none", "ecn_green", "ecn_yellow", "ecn_red", "ecn_green_yellow", "ecn_green_red", "ecn_yellow_red", "ecn_all"}

// SchedulerType is how a scheduler chooses. The values are SAI's.
type SchedulerType uint8

// The types.
const (
	SchedulerStrict SchedulerType = iota
	SchedulerWRR
	SchedulerDWRR
)

var schedulerTypes = []string{"STRICT", "WRR", "DWRR"}

// MeterType is what rates count. The values are SAI's.
type MeterType uint8

// The types.
const (
	MeterPackets MeterType = iota
	MeterBytes
)

var meterTypes = []string{"packets", "bytes"}

// MarshalText implements encoding.TextMarshaler.
func (m EcnMode) MarshalText() ([]byte, error) { return []byte(ecnModes[m]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *EcnMode) UnmarshalText(b []byte) error { return wordOf(m, ecnModes, b) }

// MarshalText implements encoding.TextMarshaler.
func (t SchedulerType) MarshalText() ([]byte, error) { return []byte(schedulerTypes[t]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *SchedulerType) UnmarshalText(b []byte) error { return wordOf(t, schedulerTypes, b) }

// MarshalText implements encoding.TextMarshaler.
func (t MeterType) MarshalText() ([]byte, error) { return []byte(meterTypes[t]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *MeterType) UnmarshalText(b []byte) error { return wordOf(t, meterTypes, b) }

// wordOf reads one of the words of an enumeration that counts from 0.
func wordOf[E ~uint8](e *E, words []string, b []byte) error {
	i := slices.Index(words, string(b))
	if i < 0 {
		return fmt.Errorf("none of %s", strings.Join(words, ", "))
	}
	*e = E(i)
	return nil
}

// BufferDirection is which frames a pool is for. The values are SAI's.
type BufferDirection uint8

// The directions.
const (
	BufferIngress BufferDirection = iota
	BufferEgress
	BufferBoth
)

var bufferDirections = []string{"ingress", "egress", "both"}

// BufferMode is how a pool's thresholds are given. The values are SAI's.
type BufferMode uint8

// The modes.
const (
	BufferStatic BufferMode = iota
	BufferDynamic
)

var bufferModes = []string{"static", "dynamic"}

// DiscardAction is what happens to a packet that finds no room. The values are SAI's.
type DiscardAction uint8

// The actions.
const (
	DiscardDrop DiscardAction = iota
	DiscardTrim
)

var discardActions = []string{"drop", "trim"}

// MarshalText implements encoding.TextMarshaler.
func (d BufferDirection) MarshalText() ([]byte, error) { return []byte(bufferDirections[d]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *BufferDirection) UnmarshalText(b []byte) error { return wordOf(d, bufferDirections, b) }

// MarshalText implements encoding.TextMarshaler.
func (m BufferMode) MarshalText() ([]byte, error) { return []byte(bufferModes[m]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *BufferMode) UnmarshalText(b []byte) error { return wordOf(m, bufferModes, b) }

// MarshalText implements encoding.TextMarshaler.
func (a DiscardAction) MarshalText() ([]byte, error) { return []byte(discardActions[a]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *DiscardAction) UnmarshalText(b []byte) error { return wordOf(a, discardActions, b) }
