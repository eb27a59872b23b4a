// Command chart-render renders the templates of one Helm chart without Helm. It takes the part of `helm template` that the tests of this
// repository use; README.md says what it cannot do.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `usage: chart-render template NAME CHART [options]   prints the objects
       chart-render notes    NAME CHART [options]   prints what a person is told after the installation

  -n NAMESPACE          namespace of the release (default)
  -f FILE               values; may be repeated, later files win
  --set PATH=VALUE      one value; may be repeated, beats files
  --kube-version V      version of the cluster (v1.31.0)
  --api-versions A      an API that the cluster has, e.g. monitoring.coreos.com/v1; may be repeated
  --include-crds        print the objects of crds/ as well`

type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

type options struct {
	command, release, chart, namespace, kubeVersion string
	files, sets, apis                               list
	includeCRDs                                     bool
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	c, err := loadChart(o.chart)
	if err != nil {
		return err
	}
	values, err := c.mergedValues(o.files, o.sets)
	if err != nil {
		return err
	}
	if err := c.validate(values); err != nil {
		return err
	}
	if err := c.acceptsKubeVersion(o.kubeVersion); err != nil {
		return err
	}
	rendered, err := c.render(o, values)
	if err != nil {
		return err
	}
	if o.command == "notes" {
		_, err = io.WriteString(out, rendered.notes)
		return err
	}
	if o.includeCRDs {
		for _, crd := range c.crds {
			fmt.Fprintf(out, "---\n# Source: %s/%s\n%s\n", c.name(), crd.path, strings.TrimSpace(crd.text))
		}
	}
	for _, document := range rendered.documents {
		fmt.Fprintf(out, "---\n# Source: %s/%s\n%s\n", c.name(), document.path, document.text)
	}
	return nil
}

func parse(args []string) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("chart-render", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.namespace, "n", "default", "")
	flags.StringVar(&o.namespace, "namespace", "default", "")
	flags.StringVar(&o.kubeVersion, "kube-version", "v1.31.0", "")
	flags.Var(&o.files, "f", "")
	flags.Var(&o.files, "values", "")
	flags.Var(&o.sets, "set", "")
	flags.Var(&o.apis, "api-versions", "")
	flags.BoolVar(&o.includeCRDs, "include-crds", false, "")
	if len(args) < 3 || (args[0] != "template" && args[0] != "notes") {
		return o, errors.New(usage)
	}
	o.command, o.release, o.chart = args[0], args[1], args[2]
	if err := flags.Parse(args[3:]); err != nil {
		return o, fmt.Errorf("%w\n%s", err, usage)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected %q\n%s", flags.Arg(0), usage)
	}
	return o, nil
}
