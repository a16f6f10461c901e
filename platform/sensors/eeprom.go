package sensors

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// TLV is a field of the switch's EEPROM, in ONIE's format.
type TLV struct {
	Code  byte
	Name  string
	Value string
	Len   int
}

// EEPROM is its header, its fields, the checksum last.
type EEPROM struct {
	ID      string
	Version byte
	Length  int // of all fields
	TLVs    []TLV
}

// The codes of ONIE's fields that a virtual switch has.
const (
	tlvProduct  = 0x21
	tlvPart     = 0x22
	tlvSerial   = 0x23
	tlvMAC      = 0x24
	tlvDate     = 0x25
	tlvRevision = 0x27
	tlvPlatform = 0x28
	tlvMACs     = 0x2a
	tlvMaker    = 0x2b
	tlvVendor   = 0x2d
	tlvCRC      = 0xfe
)

// EEPROM is what the chassis would have burnt into it.
func (c *Chassis) EEPROM(mac [6]byte, platform string, ports int) EEPROM {
	text := fmt.Sprintf("%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
	e := EEPROM{ID: "TlvInfo", Version: 1}
	var raw []byte
	add := func(code byte, name, value string, bytes []byte) {
		e.TLVs = append(e.TLVs, TLV{code, name, value, len(bytes)})
		raw = append(append(raw, code, byte(len(bytes))), bytes...)
	}
	str := func(code byte, name, value string) {
		value = value[:min(len(value), 255)]
		add(code, name, value, []byte(value))
	}
	str(tlvProduct, "Product Name", c.Product)
	str(tlvPart, "Part Number", c.PartNumber)
	str(tlvSerial, "Serial Number", c.SerialOf(mac))
	add(tlvMAC, "Base MAC Address", text, mac[:])
	str(tlvDate, "Manufacture Date", c.Date)
	str(tlvRevision, "Label Revision", c.Revision)
	str(tlvPlatform, "Platform Name", platform)
	add(tlvMACs, "MAC Addresses", fmt.Sprint(ports+1), binary.BigEndian.AppendUint16(nil, uint16(ports+1)))
	str(tlvMaker, "Manufacturer", c.Vendor)
	str(tlvVendor, "Vendor Name", c.Vendor)
	// The checksum covers all before it: the header, whose length counts it too, and its own code and length.
	e.Length = len(raw) + 6
	whole := append([]byte("TlvInfo\x00\x01"), byte(e.Length>>8), byte(e.Length))
	whole = append(append(whole, raw...), tlvCRC, 4)
	sum := crc32.ChecksumIEEE(whole)
	e.TLVs = append(e.TLVs, TLV{tlvCRC, "CRC-32", fmt.Sprintf("0x%08X", sum), 4})
	return e
}

// SerialOf is the serial number of the switch with that MAC address.
func (c *Chassis) SerialOf(mac [6]byte) string {
	if c.Serial != "" {
		return c.Serial
	}
	return fmt.Sprintf("VIRTUAL-%02X%02X%02X%02X%02X%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
}
