package main

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/semver/v3"
	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// Helm gives up at this depth of include, too.
const maxDepth = 1000

type rendering struct {
	documents []chartFile
	notes     string
}

type kubeVersion struct{ Version, Major, Minor string }

func (v kubeVersion) String() string { return v.Version }

// apiVersions are those that the caller names. Helm adds those of a cluster that it talks to, or, in `helm template`, a list of its own.
type apiVersions []string

func (a apiVersions) Has(version string) bool {
	for _, known := range a {
		if known == version {
			return true
		}
	}
	return false
}

func (c *chart) render(o options, values map[string]interface{}) (rendering, error) {
	var result rendering
	engine, err := c.parseTemplates()
	if err != nil {
		return result, err
	}
	top, err := c.topLevel(o, values)
	if err != nil {
		return result, err
	}
	for _, file := range c.templates {
		if strings.HasPrefix(path.Base(file.path), "_") {
			continue
		}
		name := c.name() + "/" + file.path
		top["Template"] = map[string]interface{}{"Name": name, "BasePath": c.name() + "/templates"}
		text, err := execute(engine, name, top)
		if err != nil {
			return result, err
		}
		if path.Base(file.path) == "NOTES.txt" {
			result.notes = text
			continue
		}
		documents, err := split(file.path, text)
		if err != nil {
			return result, err
		}
		result.documents = append(result.documents, documents...)
	}
	return result, nil
}

func (c *chart) topLevel(o options, values map[string]interface{}) (map[string]interface{}, error) {
	version, err := semver.NewVersion(o.kubeVersion)
	if err != nil {
		return nil, fmt.Errorf("--kube-version %s: %w", o.kubeVersion, err)
	}
	// Chart.yaml's appVersion is .Chart.AppVersion: the names of a Go structure.
	metadata := map[string]interface{}{}
	for key, value := range c.metadata {
		metadata[strings.ToUpper(key[:1])+key[1:]] = value
	}
	return map[string]interface{}{
		"Values": values,
		"Chart":  metadata,
		"Release": map[string]interface{}{
			"Name": o.release, "Namespace": o.namespace, "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1,
		},
		"Capabilities": map[string]interface{}{
			"KubeVersion": kubeVersion{"v" + version.String(), fmt.Sprint(version.Major()), fmt.Sprint(version.Minor())},
			"APIVersions": apiVersions(append([]string{"v1"}, o.apis...)),
		},
	}, nil
}

func (c *chart) parseTemplates() (*template.Template, error) {
	// As Helm has it: a key that is missing is nil, whose text is then taken out.
	engine := template.New("chart").Option("missingkey=zero")
	engine.Funcs(functions(engine))
	for _, file := range c.templates {
		if _, err := engine.New(c.name() + "/" + file.path).Parse(file.text); err != nil {
			return nil, err
		}
	}
	return engine, nil
}

func execute(engine *template.Template, name string, data interface{}) (string, error) {
	var text strings.Builder
	if err := engine.ExecuteTemplate(&text, name, data); err != nil {
		return "", err
	}
	return strings.ReplaceAll(text.String(), "<no value>", ""), nil
}

// functions are those of sprig, less what Helm takes away (it would make a rendering depend on the machine), and Helm's own.
func functions(engine *template.Template) template.FuncMap {
	f := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(f, name)
	}
	depth := 0
	f["include"] = func(name string, data interface{}) (string, error) {
		depth++
		defer func() { depth-- }()
		if depth > maxDepth {
			return "", fmt.Errorf("include %s: templates call each other without end", name)
		}
		return execute(engine, name, data)
	}
	f["tpl"] = func(text string, data interface{}) (string, error) {
		inner, err := engine.Clone()
		if err != nil {
			return "", err
		}
		inner.Funcs(functions(inner))
		if _, err := inner.New("tpl").Parse(text); err != nil {
			return "", err
		}
		return execute(inner, "tpl", data)
	}
	f["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	f["lookup"] = func(string, string, string, string) map[string]interface{} { return map[string]interface{}{} }
	f["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	f["fromYaml"] = func(text string) (map[string]interface{}, error) {
		value := map[string]interface{}{}
		err := yaml.Unmarshal([]byte(text), &value, useNumber)
		return value, err
	}
	return f
}

var separator = regexp.MustCompile(`(?m)^---[ \t]*$`)

// split gives the documents that hold something. Each must be an object of Kubernetes in which no key stands twice.
func split(file, text string) ([]chartFile, error) {
	var documents []chartFile
	for _, document := range separator.Split(text, -1) {
		var object map[string]interface{}
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", file, err, document)
		}
		if object == nil {
			continue
		}
		if object["kind"] == nil || object["apiVersion"] == nil {
			return nil, fmt.Errorf("%s: an object without kind or apiVersion\n%s", file, document)
		}
		documents = append(documents, chartFile{file, strings.TrimSpace(document)})
	}
	return documents, nil
}
