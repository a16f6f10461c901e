// Package sensors is the hardware that a virtual switch has not: power supplies, fans, thermometers, transceivers and an EEPROM, so that collectors and people find
// what they look for. All of it says that it is virtual in its model and serial number. What there is is read from a file of the SKU, sensors.json, beside
// port_config.ini; what the file does not say has defaults. Nothing changes by itself: a value is what the file says.
package sensors
