package objects

import "github.com/hypersonic-nos/hypersonic/sai"

// References in the fields and actions of an ACL entry are references like others to the engine; in SAI they are inside of what says that the field or
// action is enabled. The null object is one that is not.

func inAcl(m *sai.AttrMeta, oid sai.OID) any {
	switch m.Type {
	case sai.TypeAclFieldOID:
		return sai.AclField[sai.OID]{Enabled: true, Value: oid}
	case sai.TypeAclActionOID:
		return sai.Act(oid)
	}
	return oid
}

func listInAcl(m *sai.AttrMeta, list sai.ObjectList) any {
	switch m.Type {
	case sai.TypeAclFieldObjectList:
		return sai.AclFieldObjects{Enabled: len(list) > 0, Value: list}
	case sai.TypeAclActionObjectList:
		return sai.AclActionObjects{Enabled: len(list) > 0, Value: list}
	}
	return list
}

// outOfAcl takes references out of fields and actions; other values it leaves.
func outOfAcl(v any) any {
	switch v := v.(type) {
	case sai.AclField[sai.OID]:
		return v.Value
	case sai.AclAction[sai.OID]:
		return v.Value
	case sai.AclFieldObjects:
		return v.Value
	case sai.AclActionObjects:
		return v.Value
	}
	return v
}

// nothing is what an attribute without a reference has.
func nothing(m *sai.AttrMeta) any {
	switch m.Type {
	case sai.TypeOID:
		return sai.OID(0)
	case sai.TypeAclFieldOID:
		return sai.AclField[sai.OID]{}
	case sai.TypeAclActionOID:
		return sai.AclAction[sai.OID]{}
	}
	return nil
}
