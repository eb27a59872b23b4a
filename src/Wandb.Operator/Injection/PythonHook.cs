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
        var (there, needed) = (AnnotationRoom.Taken(pod), AnnotationRoom.Bytes(InjectionKeys.PythonHook, Text));
        return there + needed <= AnnotationRoom.MaxBytes - ReservedBytes
            ? null
            : new Problem(
                ProblemReasons.Limited,
                $"pythonHook needs {needed} bytes of annotations and has no effect: the pod's own are {there} bytes, and an API server takes {AnnotationRoom.MaxBytes}, of which {ReservedBytes} are kept for others");
    }

    private static string Embedded()
    {
        using var stream = typeof(PythonHook).Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidOperationException($"the program was built without {FileName}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
