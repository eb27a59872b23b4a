using System.Text;

namespace Wandb.Operator.Injection;

/// <summary>
/// <c>hook/sitecustomize.py</c> in trainers: it makes SIGTERM end a run in order (docs/sidecar.md#sigterm-and-the-sdk). It reaches the
/// container as an annotation of its pod, by the downward API, and Python finds it by <c>PYTHONPATH</c>.
/// </summary>
internal static class PythonHook
{
    public const string FileName = "sitecustomize.py";
    public const string Variable = "PYTHONPATH";

    // k8s.io/apimachinery, pkg/api/validation: TotalAnnotationSizeLimitB, over names and values. A pod beyond it would be refused.
    private const int MaxAnnotationBytes = 256 * 1024;

    // For our other annotations, and for webhooks that come after this one.
    private const int ReservedBytes = 16 * 1024;

    /// <summary>The file as it was when the operator was built.</summary>
    public static string Text { get; } = Embedded();

    /// <returns>The variable that trainers shall have; null: the hook is not asked for, or has no room.</returns>
    public static WantedVariable? Of(InjectionSubject subject, RunDirectories directories, List<Problem> warnings)
    {
        if (subject.Settings.PythonHook is not { Value: true } asked)
            return null;
        if (AnnotationProblem(subject.Pod) is { } problem)
        {
            warnings.Add(problem);
            return null;
        }
        return new WantedVariable(Variable, new EnvValue.Text(directories.PythonHook), asked.Origin)
        {
            Consequence = $"pythonHook ({asked.Origin}) has an effect only if {directories.PythonHook} is appended to it",
        };
    }

    /// <summary>Mounted also where the variable is the user's, so that he can append the path to it.</summary>
    public static ContainerPlan In(ContainerPlan plan, WantedVariable variable, string volume, NamespaceFacts facts)
    {
        var path = ((EnvValue.Text)variable.Value).Value;
        return plan with
        {
            Variables = Names(plan.Container, path) ? plan.Variables : plan.Variables.And(ContainerVariables.Of(plan.Container, [variable], facts)),
            Mounts = [.. plan.Mounts, RunVolumes.Mount(volume, path, isReadOnly: true)],
        };
    }

    private static bool Names(ContainerView container, string path) =>
        container.Variable(Variable) is { } users
        && VariableExpansion.Value(container, users) is { } value
        && value.Split(':').Any(entry => entry.TrimEnd('/') == path);

    private static Problem? AnnotationProblem(PodView pod)
    {
        // What the pod has of ours is written anew.
        var there = pod.Annotations.Where(annotation => !InjectionKeys.Ours.Contains(annotation.Key)).Sum(annotation => Bytes(annotation.Key) + Bytes(annotation.Value));
        var needed = Bytes(InjectionKeys.PythonHook) + Bytes(Text);
        return there + needed <= MaxAnnotationBytes - ReservedBytes
            ? null
            : new Problem(
                ProblemReasons.Limited,
                $"pythonHook needs {needed} bytes of annotations and has no effect: the pod's own are {there} bytes, and an API server takes {MaxAnnotationBytes}, of which {ReservedBytes} are kept for others");
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static string Embedded()
    {
        using var stream = typeof(PythonHook).Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidOperationException($"the program was built without {FileName}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
