package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

type chartFile struct{ path, text string }

// chart is what is read of a chart's folder. Subcharts are not.
type chart struct {
	folder    string
	metadata  map[string]interface{}
	values    map[string]interface{}
	schema    []byte
	templates []chartFile
	crds      []chartFile
}

func loadChart(folder string) (*chart, error) {
	c := &chart{folder: folder}
	if err := readYAML(filepath.Join(folder, "Chart.yaml"), &c.metadata); err != nil {
		return nil, err
	}
	if c.metadata["dependencies"] != nil {
		return nil, fmt.Errorf("%s has dependencies, which this program cannot render", folder)
	}
	if err := readYAML(filepath.Join(folder, "values.yaml"), &c.values); err != nil {
		return nil, err
	}
	schema, err := os.ReadFile(filepath.Join(folder, "values.schema.json"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	c.schema = schema
	if c.templates, err = c.readFolder("templates"); err != nil {
		return nil, err
	}
	c.crds, err = c.readFolder("crds")
	return c, err
}

func (c *chart) name() string { return fmt.Sprint(c.metadata["name"]) }

// readFolder reads every file below one folder, in the order of their paths.
func (c *chart) readFolder(folder string) ([]chartFile, error) {
	var files []chartFile
	err := filepath.Walk(filepath.Join(c.folder, folder), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(c.folder, path)
		files = append(files, chartFile{filepath.ToSlash(relative), string(text)})
		return err
	})
	if os.IsNotExist(err) {
		return nil, nil
	}
	sort.Slice(files, func(i, j int) bool { return files[i].path < files[j].path })
	return files, err
}

// readYAML refuses a key that stands twice. Numbers stay as they are written, as Helm keeps them.
func readYAML(path string, into *map[string]interface{}) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(text, into, useNumber); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func useNumber(d *json.Decoder) *json.Decoder { d.UseNumber(); return d }

// mergedValues lays files and single values over the chart's own. A null removes a key.
func (c *chart) mergedValues(files, sets []string) (map[string]interface{}, error) {
	values := map[string]interface{}{}
	for _, file := range files {
		var given map[string]interface{}
		if err := readYAML(file, &given); err != nil {
			return nil, err
		}
		overlay(values, given, false)
	}
	for _, set := range sets {
		given, err := parseSet(set)
		if err != nil {
			return nil, err
		}
		overlay(values, given, false)
	}
	merged := map[string]interface{}{}
	overlay(merged, c.values, false)
	overlay(merged, values, true)
	return merged, nil
}

func overlay(base, over map[string]interface{}, nullRemoves bool) {
	for key, value := range over {
		given, isMap := value.(map[string]interface{})
		there, wasMap := base[key].(map[string]interface{})
		switch {
		case value == nil && nullRemoves:
			delete(base, key)
		case isMap && wasMap:
			overlay(there, given, nullRemoves)
		case isMap:
			fresh := map[string]interface{}{}
			overlay(fresh, given, nullRemoves)
			base[key] = fresh
		default:
			base[key] = value
		}
	}
}

// parseSet reads a.b.c=value; a dot in a key is written \. and the value is read as a scalar of YAML.
func parseSet(text string) (map[string]interface{}, error) {
	path, value, found := strings.Cut(text, "=")
	if !found {
		return nil, fmt.Errorf("--set %s: expected PATH=VALUE", text)
	}
	var scalar interface{}
	if err := yaml.Unmarshal([]byte(value), &scalar, useNumber); err != nil {
		return nil, fmt.Errorf("--set %s: %w", text, err)
	}
	keys := strings.Split(strings.ReplaceAll(path, `\.`, "\x00"), ".")
	for i := len(keys) - 1; i >= 0; i-- {
		scalar = map[string]interface{}{strings.ReplaceAll(keys[i], "\x00", "."): scalar}
	}
	return scalar.(map[string]interface{}), nil
}

// validate holds the values against values.schema.json and says everything that is wrong.
func (c *chart) validate(values map[string]interface{}) error {
	if c.schema == nil {
		return nil
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(c.schema), gojsonschema.NewGoLoader(values))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	if result.Valid() {
		return nil
	}
	wrong := make([]string, 0, len(result.Errors()))
	for _, problem := range result.Errors() {
		wrong = append(wrong, "- "+problem.String())
	}
	sort.Strings(wrong)
	return fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s:\n%s", c.name(), strings.Join(wrong, "\n"))
}

func (c *chart) acceptsKubeVersion(version string) error {
	wanted, given := c.metadata["kubeVersion"], version
	if wanted == nil {
		return nil
	}
	constraint, err := semver.NewConstraint(fmt.Sprint(wanted))
	if err != nil {
		return fmt.Errorf("kubeVersion %v: %w", wanted, err)
	}
	parsed, err := semver.NewVersion(given)
	if err != nil {
		return fmt.Errorf("--kube-version %s: %w", given, err)
	}
	if !constraint.Check(parsed) {
		return fmt.Errorf("chart requires kubeVersion: %v which is incompatible with Kubernetes %s", wanted, given)
	}
	return nil
}
