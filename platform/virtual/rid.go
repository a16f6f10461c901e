package virtual

import "github.com/hypersonic-nos/hypersonic/sai"

// The layout of a RID of the virtual switch (sonic-contract 2.6): 55-48 context, 47-40 switch index, 39-32 object type, 31 extension
// flag, 30-0 index, which counts from 0 per type. The switch's own index is the switch index.
const (
	ridContextShift = 48
	ridSwitchShift  = 40
	ridTypeShift    = 32
	ridIndexMask    = 1<<31 - 1
)

func ridBase(context, switchIndex uint8) sai.OID {
	return sai.OID(uint64(context)<<ridContextShift | uint64(switchIndex)<<ridSwitchShift)
}
