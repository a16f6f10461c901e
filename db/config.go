package db

import (
	"encoding/json"
	"errors"
	"fmt"
)

// DatabaseConfig is SONiC's database_config.json: where the databases are (sonic-contract 2.1).
type DatabaseConfig struct {
	Instances map[string]Instance `json:"INSTANCES"`
	Databases map[string]Database `json:"DATABASES"`
	Version   string              `json:"VERSION"`
}

// Instance is one server.
type Instance struct {
	Hostname   string `json:"hostname"`
	Port       int    `json:"port"`
	Socket     string `json:"unix_socket_path"`
	Persistent string `json:"persistence_for_warm_boot"` // yes or no
}

// Database is where one database is, and how its keys are written.
type Database struct {
	ID        ID     `json:"id"`
	Separator string `json:"separator"`
	Instance  string `json:"instance"`
}

// instance is the name of SONiC's default server.
const instance = "redis"

// DefaultConfig puts all databases of SONiC on the one server that listens on a unix socket: tools that connect to every instance of the file
// (sonic-db-cli PING) find each of them alive.
func DefaultConfig(socket string) DatabaseConfig {
	c := DatabaseConfig{
		Instances: map[string]Instance{instance: {Hostname: "127.0.0.1", Port: 6379, Socket: socket, Persistent: "yes"}},
		Databases: map[string]Database{},
		Version:   "1.0",
	}
	for i, d := range databases {
		c.Databases[d.name] = Database{ID: ID(i), Separator: d.separator, Instance: instance}
	}
	return c
}

// Format is the file's text.
func (c DatabaseConfig) Format() []byte {
	text, err := json.MarshalIndent(c, "", "    ")
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return append(text, '\n')
}

// ParseConfig reads the file. Keys it does not know are ignored, as SONiC's readers do.
func ParseConfig(text []byte) (DatabaseConfig, error) {
	var c DatabaseConfig
	if err := json.Unmarshal(text, &c); err != nil {
		return DatabaseConfig{}, fmt.Errorf("database_config.json: %w", err)
	}
	if len(c.Databases) == 0 {
		return DatabaseConfig{}, errors.New("database_config.json: no DATABASES")
	}
	for name, d := range c.Databases {
		switch {
		case d.ID < 0:
			return DatabaseConfig{}, fmt.Errorf("database_config.json: %s: id %d", name, d.ID)
		case d.Separator == "":
			return DatabaseConfig{}, fmt.Errorf("database_config.json: %s: no separator", name)
		}
		if _, ok := c.Instances[d.Instance]; !ok {
			return DatabaseConfig{}, fmt.Errorf("database_config.json: %s: no instance %q", name, d.Instance)
		}
	}
	return c, nil
}
