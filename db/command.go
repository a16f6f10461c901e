package db

import (
	"errors"
	"strconv"
)

// The wire forms of commands and notifications, shared by the stores (sonic-contract 2.4, 2.7, 2.8).

// Number is the database's number as channel names carry it.
func (id ID) Number() string { return strconv.Itoa(int(id)) }

// Channel announces changes of a table: a state table's, or the queue's of a table of commands.
func Channel(id ID, table string) string { return table + "_CHANNEL@" + id.Number() }

// Queue is the list that carries a table of commands: three items for each, pushed at the head as key, value, op.
func Queue(table string) string { return table + "_KEY_VALUE_OP_QUEUE" }

// FormatCommand is the three items of a command.
func FormatCommand(c *Command) (key string, value []byte, op string) {
	del := c.Op == "remove" || c.Op == "DEL"
	switch {
	case c.Value != nil:
		value = c.Value
	case del && len(c.Fields) == 0:
		value = []byte("{}")
	default:
		value = AppendArray(nil, c.Fields)
	}
	if del {
		return c.Key, value, "D" + c.Op
	}
	return c.Key, value, "S" + c.Op
}

// ParseCommand is the command of three items. Its fields stay in Value (ParseArray).
func ParseCommand(key string, value []byte, op string) Command {
	if op != "" {
		op = op[1:]
	}
	return Command{Key: key, Op: op, Value: value}
}

// AppendNotification appends the message of a notification.
func AppendNotification(b []byte, n *Notification) []byte {
	b = append(b, '[')
	b = appendText(b, n.Op)
	b = append(b, ',')
	b = appendText(b, n.Data)
	if len(n.Fields) == 0 {
		return append(b, ']')
	}
	at := len(b)
	b = AppendArray(b, n.Fields)
	b[at] = ','
	return b
}

// ParseNotification reads a message of a channel.
func ParseNotification(channel, message string) (Notification, error) {
	fields, err := ParseArray(message)
	if err == nil && len(fields) == 0 {
		err = errors.New("the array is empty")
	}
	if err != nil {
		return Notification{}, err
	}
	return Notification{Channel: channel, Op: fields[0].Name, Data: fields[0].Value, Fields: fields[1:]}, nil
}
