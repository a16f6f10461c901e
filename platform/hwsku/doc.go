// Package hwsku reads SONiC's platform files: which front-panel ports a switch model (HwSKU) has, on which lanes of the ASIC, under which netdevs
// of the machine, and what the ASIC's driver is told (sonic-contract 3.1 to 3.3).
//
// A HwSKU is a directory. Its ports come from hwsku.json together with platform.json of the platform if both exist and platform.json
// lists interfaces, otherwise from port_config.ini. lanemap.ini and sai.profile are optional. [Default] is the model that runs without any
// file: docker-sonic-vs's Force10-S6000.
//
// The files may be written by users, so nothing in them is trusted; an [Error] names file, line, field and value.
package hwsku
