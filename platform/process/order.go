package process

import "fmt"

// order sorts specs so that dependencies come before those that depend on them.
func order(specs []Spec) ([]Spec, error) {
	byName := map[string]Spec{}
	for _, s := range specs {
		if s.Name == "" || s.Path == "" {
			return nil, fmt.Errorf("program %q: name and path are needed", s.Name)
		}
		if _, ok := byName[s.Name]; ok {
			return nil, fmt.Errorf("program %s: named twice", s.Name)
		}
		byName[s.Name] = s
	}
	var sorted []Spec
	state := map[string]int{} // 1: being visited, 2: sorted
	var visit func(name, by string) error
	visit = func(name, by string) error {
		s, ok := byName[name]
		switch {
		case !ok:
			return fmt.Errorf("program %s: depends on %s, which does not exist", by, name)
		case state[name] == 1:
			return fmt.Errorf("program %s: depends on itself by way of %s", name, by)
		case state[name] == 2:
			return nil
		}
		state[name] = 1
		for _, d := range s.DependsOn {
			if err := visit(d, name); err != nil {
				return err
			}
		}
		state[name] = 2
		sorted = append(sorted, s)
		return nil
	}
	for _, s := range specs {
		if err := visit(s.Name, ""); err != nil {
			return nil, err
		}
	}
	return sorted, nil
}
