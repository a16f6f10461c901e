package sai

import (
	"fmt"
	"strconv"
	"strings"
)

// Status is sai_status_t: 0 is success, failures are negative.
type Status int32

// The plain statuses.
const (
	StatusSuccess                   Status = 0
	StatusFailure                   Status = -1
	StatusNotSupported              Status = -2
	StatusNoMemory                  Status = -3
	StatusInsufficientResources     Status = -4
	StatusInvalidParameter          Status = -5
	StatusItemAlreadyExists         Status = -6
	StatusItemNotFound              Status = -7
	StatusBufferOverflow            Status = -8
	StatusInvalidPortNumber         Status = -9
	StatusInvalidPortMember         Status = -10
	StatusInvalidVlanID             Status = -11
	StatusUninitialized             Status = -12
	StatusTableFull                 Status = -13
	StatusMandatoryAttributeMissing Status = -14
	StatusNotImplemented            Status = -15
	StatusAddrNotFound              Status = -16
	StatusObjectInUse               Status = -17
	StatusInvalidObjectType         Status = -18
	StatusInvalidObjectID           Status = -19
	StatusInvalidNvStorage          Status = -20
	StatusNvStorageFull             Status = -21
	StatusSwUpgradeVersionMismatch  Status = -22
	StatusNotExecuted               Status = -23
	StatusStageMismatch             Status = -24
)

// The first statuses of families: the n-th attribute of the call is at fault, n is subtracted.
const (
	StatusInvalidAttribute0   Status = -0x10000
	StatusInvalidAttrValue0   Status = -0x20000
	StatusAttrNotImplemented0 Status = -0x30000
	StatusUnknownAttribute0   Status = -0x40000
	StatusAttrNotSupported0   Status = -0x50000
)

const statusPrefix = "SAI_STATUS_"

var statusNames = [...]string{"SUCCESS", "FAILURE", "NOT_SUPPORTED", "NO_MEMORY", "INSUFFICIENT_RESOURCES", "INVALID_PARAMETER",
	"ITEM_ALREADY_EXISTS", "ITEM_NOT_FOUND", "BUFFER_OVERFLOW", "INVALID_PORT_NUMBER", "INVALID_PORT_MEMBER", "INVALID_VLAN_ID",
	"UNINITIALIZED", "TABLE_FULL", "MANDATORY_ATTRIBUTE_MISSING", "NOT_IMPLEMENTED", "ADDR_NOT_FOUND", "OBJECT_IN_USE",
	"INVALID_OBJECT_TYPE", "INVALID_OBJECT_ID", "INVALID_NV_STORAGE", "NV_STORAGE_FULL", "SW_UPGRADE_VERSION_MISMATCH", "NOT_EXECUTED",
	"STAGE_MISMATCH"}

var statusFamilies = [...]string{"", "INVALID_ATTRIBUTE_", "INVALID_ATTR_VALUE_", "ATTR_NOT_IMPLEMENTED_", "UNKNOWN_ATTRIBUTE_", "ATTR_NOT_SUPPORTED_"}

// At gives the family's status for the n-th attribute.
func (s Status) At(n int) Status { return s - Status(n&0xffff) }

// Family splits a status that blames an attribute into its family and the attribute's index.
func (s Status) Family() (family Status, index int, ok bool) {
	n := -int64(s)
	if f := n >> 16; f < 1 || f >= int64(len(statusFamilies)) {
		return s, 0, false
	}
	return s + Status(n&0xffff), int(n & 0xffff), true
}

func (s Status) String() string {
	if s <= 0 && int(-s) < len(statusNames) {
		return statusPrefix + statusNames[-s]
	}
	if family, n, ok := s.Family(); ok {
		return statusPrefix + statusFamilies[-family>>16] + strconv.Itoa(n)
	}
	return strconv.Itoa(int(s))
}

// ParseStatus parses SAI_STATUS_X, or the decimal of an unknown status.
func ParseStatus(text string) (Status, error) {
	if name, ok := strings.CutPrefix(text, statusPrefix); ok {
		for i, n := range statusNames {
			if n == name {
				return Status(-i), nil
			}
		}
		for i, f := range statusFamilies[1:] {
			if digits, ok := strings.CutPrefix(name, f); ok {
				if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
					return Status(-(i+1)<<16 - int(n)), nil
				}
			}
		}
		return 0, fmt.Errorf("unknown status %q", text)
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("unknown status %q", text)
	}
	return Status(n), nil
}

// StatusError is a failed call on an object.
type StatusError struct {
	Noun   string
	Status Status
}

func (e *StatusError) Error() string { return e.Noun + ": " + e.Status.String() }

// Err makes an error about noun; nil for success.
func (s Status) Err(noun string) error {
	if s == StatusSuccess {
		return nil
	}
	return &StatusError{noun, s}
}
