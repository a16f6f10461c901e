// Package virtual is an in-memory ASIC that presents itself as SONiC's virtual switch does (sonic-contract 3.7): the same default
// objects after create_switch, the same object ids, capabilities and table sizes. It forwards nothing.
//
// It is as strict as SONiC's client side is: every attribute is checked against SAI's metadata (may it be written, is it mandatory here,
// type, enum symbol, VLAN id, the object it refers to), references are counted, and an object in use does not go. Attributes that mean
// nothing in the state of another one (SAI's validonly) are kept all the same.
//
// Objects are kept in a generic store of attributes, but for routes, neighbours and FDB entries, which are flat values in maps without
// pointers, so that a million of them cost the garbage collector nothing. The machine is reached through two small interfaces, Hostifs and Counters; without them the ASIC touches nothing.
package virtual
