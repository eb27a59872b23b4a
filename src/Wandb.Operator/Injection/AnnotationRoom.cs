using System.Text;

namespace Wandb.Operator.Injection;

/// <summary>What an API server takes of a pod's annotations; one that has more is refused.</summary>
internal static class AnnotationRoom
{
    /// <summary>k8s.io/apimachinery, pkg/api/validation: TotalAnnotationSizeLimitB, over names and values.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Of the pod's own: what it has of ours is written anew.</summary>
    public static int Taken(PodView pod) => pod.Annotations.Where(annotation => !InjectionKeys.Ours.Contains(annotation.Key)).Sum(annotation => Bytes(annotation.Key, annotation.Value));

    public static int Bytes(string key, string value) => Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);

    /// <param name="added">Ours.</param>
    /// <returns>Null: there is room.</returns>
    public static Problem? Problem(PodView pod, IEnumerable<(string Key, string Value)> added)
    {
        var (taken, needed) = (Taken(pod), added.Sum(annotation => Bytes(annotation.Key, annotation.Value)));
        return taken + needed <= MaxBytes
            ? null
            : new Problem(ProblemReasons.NoRoom, $"the injection needs {needed} bytes of annotations; the pod's own are {taken}, and an API server takes {MaxBytes}");
    }
}
