package sai

import (
	"errors"
	"fmt"
	"testing"
)

func TestStatusTexts(t *testing.T) {
	for s, text := range map[Status]string{
		StatusSuccess: "SAI_STATUS_SUCCESS", StatusFailure: "SAI_STATUS_FAILURE", StatusInsufficientResources: "SAI_STATUS_INSUFFICIENT_RESOURCES",
		StatusItemNotFound: "SAI_STATUS_ITEM_NOT_FOUND", StatusTableFull: "SAI_STATUS_TABLE_FULL", StatusObjectInUse: "SAI_STATUS_OBJECT_IN_USE",
		StatusStageMismatch: "SAI_STATUS_STAGE_MISMATCH", StatusInvalidAttribute0: "SAI_STATUS_INVALID_ATTRIBUTE_0",
		StatusInvalidAttribute0.At(3): "SAI_STATUS_INVALID_ATTRIBUTE_3", StatusInvalidAttrValue0.At(65535): "SAI_STATUS_INVALID_ATTR_VALUE_65535",
		StatusAttrNotSupported0.At(1): "SAI_STATUS_ATTR_NOT_SUPPORTED_1", StatusUnknownAttribute0: "SAI_STATUS_UNKNOWN_ATTRIBUTE_0", -25: "-25", 7: "7", -0x60000: "-393216",
	} {
		if got := s.String(); got != text {
			t.Errorf("%d is %s, want %s", int32(s), got, text)
		}
		if got, err := ParseStatus(text); err != nil || got != s {
			t.Errorf("%s is %d, %v", text, int32(got), err)
		}
	}
	for _, text := range []string{"", "x", "SAI_STATUS_", "SAI_STATUS_NONE", "SAI_STATUS_INVALID_ATTRIBUTE_", "SAI_STATUS_INVALID_ATTRIBUTE_70000"} {
		if s, err := ParseStatus(text); err == nil {
			t.Errorf("%q is %v", text, s)
		}
	}
	if f, n, ok := StatusInvalidAttrValue0.At(5).Family(); f != StatusInvalidAttrValue0 || n != 5 || !ok {
		t.Errorf("family %v, %d, %v", f, n, ok)
	}
}

func TestStatusErrors(t *testing.T) {
	if err := StatusSuccess.Err("x"); err != nil {
		t.Error(err)
	}
	err := fmt.Errorf("above: %w", StatusTableFull.Err("VLAN(1)"))
	var s *StatusError
	if !errors.As(err, &s) || s.Status != StatusTableFull || err.Error() != "above: VLAN(1): SAI_STATUS_TABLE_FULL" {
		t.Errorf("got %v", err)
	}
}
