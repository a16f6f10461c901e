// Package oc is OpenConfig's models as ygot makes Go of them, without compressed paths and without what hypersonic-deviations.yang takes away: what
// package mapping does not map. It is used for the schema, and to say whether a value is of its leaf's type.
package oc

//go:generate go run ../gen
