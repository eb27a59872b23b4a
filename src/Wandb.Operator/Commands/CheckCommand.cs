using System.CommandLine;
using System.Text;
using k8s;
using k8s.Exceptions;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Commands;

/// <summary><c>wandb-operator check</c>: whether pods that ask are seen. Changes nothing in the cluster.</summary>
internal sealed class CheckCommand
{
    public const string Examples = """
        A pod is asked for as a dry run, which is never made; the right to create pods in the namespace is needed for that.

        Examples:
          wandb-operator check --kubeconfig ~/.kube/config --namespace team-a
          wandb-operator check --namespace team-a --wait 60

        In a cluster, `helm test` runs it; the operator's own account may not create pods.

        Exit status:
          0  pods of the namespace reach the operator      1  wrong usage, or no way to the cluster      2  they do not, or could not run an agent

        """;

    // The operator needs a few seconds after its start until its certificate is trusted.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "Where the API server is. Default: the cluster that this runs in.", HelpName = "FILE" };
    private readonly Option<string?> _namespace = new("--namespace") { Description = "Whose pods. Default: the kubeconfig's.", HelpName = "NAME" };
    private readonly Option<int> _wait = new("--wait") { Description = "Tries again for so many seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => 0 };

    public Command Build(TextWriter output, TextWriter error)
    {
        var command = new Command("check", "Says whether pods of a namespace reach the operator, without making one.") { _kubeconfig, _namespace, _wait };
        command.SetAction((parsed, ct) => RunAsync(parsed, output, error, ct));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken ct)
    {
        KubernetesClientConfiguration access;
        try
        {
            access = await KubernetesAccess.LoadAsync(parsed.GetValue(_kubeconfig));
        }
        catch (KubeConfigException exception)
        {
            await error.WriteLineAsync($"{OperatorCommandLine.ProgramName} check: {exception.Message}");
            return 1;
        }
        using var api = new KubernetesApi(access, TimeProvider.System);
        var @namespace = parsed.GetValue(_namespace) ?? api.Namespace;
        var pod = Encoding.UTF8.GetBytes(CheckedPod.Manifest().ToJsonString());
        for (var left = parsed.GetValue(_wait); ; left--)
        {
            var answer = await api.PostAsync(CheckedPod.Path(@namespace), pod, ct);
            var (isReached, sentence) = CheckedPod.Verdict(answer, @namespace);
            if (isReached || left <= 0)
            {
                await (isReached ? output : error).WriteLineAsync(isReached ? sentence : $"{OperatorCommandLine.ProgramName} check: {sentence}");
                return isReached ? 0 : answer is ApiOutcome.Failed ? 1 : 2;
            }
            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }
}
