// Package sai is SAI in Go: generated object types, enums, natural keys, typed attributes and metadata; the text encodings of
// ASIC_DB; and the API that an ASIC implements. It does no I/O.
//
// Two vocabularies meet here. Translations speak in natural keys and never see an OID:
//
//	engine.Want(tx, sai.VlanMemberKey{Vlan: sai.VlanKey{ID: 100}, BridgePort: bp}, sai.VlanMemberVlanTaggingMode(sai.VlanTaggingModeUntagged))
//
// ASICs and wire code speak in OIDs, entries and metadata:
//
//	api.Set(ctx, sai.ObjectTypePort, []sai.SetRequest{{Object: sai.Object{Type: sai.ObjectTypePort, OID: oid}, Attr: sai.Attribute{Meta: sai.ObjectTypePort.Meta().Attr(sai.PortAttrAdminState), Value: true}}})
//	text, err := sai.AppendValue(nil, meta, value)
//	value, err := sai.ParseValue(meta, "oid:0x1000000000002")
//
// Names are mechanical. A constant is its SAI symbol without SAI_, in camel case: SAI_PORT_ATTR_SPEED is PortAttrSpeed (the attribute's
// number), SAI_VLAN_TAGGING_MODE_UNTAGGED is VlanTaggingModeUntagged. The constructor of an attribute is the object and the attribute,
// where an attribute that begins with the object's name does not repeat it: SAI_PORT_ATTR_PORT_VLAN_ID is PortVlanID,
// SAI_VLAN_MEMBER_ATTR_VLAN_TAGGING_MODE is VlanMemberVlanTaggingMode. If that is the name of an enum or of one of its values, Attr is
// appended: NextHopTypeAttr(NextHopTypeIP). Only ID, IP and MAC keep their capitals.
package sai

//go:generate go run ./gen
