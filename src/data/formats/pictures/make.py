"""Pictures by Pillow, and what Pillow reads from each: python3 make.py FOLDER [every]

Writes small pictures of made-up patterns (never of people) and expected.json: the upright size, and the
pixels of the square in the middle as Pillow decodes them, RGB over white, in base64. The folder beside this
script holds the few that are committed; `every` adds what a longer look compares.
"""

import base64
import json
import os
import sys

from PIL import Image, ImageOps

FOLDER = sys.argv[1]
EVERY = 'every' in sys.argv[2:]
WIDE, HIGH = 18, 10
expected = {}


def level(x, y, channel):
    """Slopes, an edge and some grain; no two corners are alike."""
    slope = (9 * x + 5 * y * (channel + 1) + 40 * channel) % 256
    return slope // 2 + (96 if x * HIGH > y * WIDE else 0) + (x * 7 + y * 13 + channel * 5) % 11


def painted(mode, width=WIDE, height=HIGH):
    image = Image.new(mode, (width, height))
    for y in range(height):
        for x in range(width):
            rgb = tuple(level(x * WIDE // width, y * HIGH // height, channel) for channel in range(3))
            image.putpixel((x, y), {'L': rgb[0], 'RGB': rgb}[mode])
    return image


def over_white(image):
    if image.mode in ('RGBA', 'LA', 'PA') or 'transparency' in image.info:
        rgba = image.convert('RGBA')
        white = Image.new('RGBA', rgba.size, 'white')
        return Image.alpha_composite(white, rgba).convert('RGB')
    if image.mode.startswith('I'):
        # Sixteen bits: as the nearest of eight.
        grey = Image.new('L', image.size)
        grey.putdata([(value * 255 + 32767) // 65535 for value in image.getdata()])
        return grey.convert('RGB')
    return image.convert('RGB')


def note(name, kind, tolerance=0):
    """What Pillow reads from the file it wrote."""
    with Image.open(os.path.join(FOLDER, name)) as image:
        upright = ImageOps.exif_transpose(image)
        width, height = upright.size
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        square = over_white(upright).crop((left, top, left + side, top + side))
    rgb = base64.b64encode(square.tobytes()).decode()
    expected[name] = {'format': kind, 'width': width, 'height': height, 'tolerance': tolerance, 'rgb': rgb}


def save(image, name, kind, tolerance=0, **options):
    """The file's name may have no extension: `format` says how it is written."""
    image.save(os.path.join(FOLDER, name), format=options.pop('format', kind), **options)
    note(name, kind, tolerance)


def write(data, name, kind):
    with open(os.path.join(FOLDER, name), 'wb') as file:
        file.write(data)
    note(name, kind)


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def with_alpha(rgb, alphas):
    image = rgb.convert('RGBA')
    alpha = Image.new('L', image.size)
    alpha.putdata([alphas[place % len(alphas)] for place in range(image.width * image.height)])
    image.putalpha(alpha)
    return image


def sixteen_bits(low):
    image = Image.new('I;16', (WIDE, HIGH))
    for y in range(HIGH):
        for x in range(WIDE):
            value = level(x, y, 0)
            image.putpixel((x, y), value * 257 if low is None else value * 256 + (x * 31 + y * 17 + low) % 256)
    return image


def plain_pgm(image):
    rows = [' '.join(map(str, row)) for row in zip(*[iter(image.getdata())] * image.width)]
    return ('P2\n# plain\n%d %d\n255\n' % image.size + '\n'.join(rows) + '\n').encode()


grey, colour = painted('L'), painted('RGB')
palette = colour.quantize(48)

save(colour, 'rgb.png', 'png', optimize=True)
save(grey, 'grey.png', 'png', optimize=True)
save(sixteen_bits(None), 'grey16.png', 'png', optimize=True)
save(palette, 'palette.png', 'png', optimize=True)
save(with_alpha(colour, [0, 255]), 'alpha.png', 'png', optimize=True)
save(palette, 'subject01.happy', 'gif', format='gif')
save(grey, '1.pgm', 'netpbm', format='ppm')
write(plain_pgm(grey), 'plain.pgm', 'netpbm')
save(colour, 'rgb.ppm', 'netpbm', format='ppm')
save(colour, 'rgb.bmp', 'bmp')
save(grey, 'grey.bmp', 'bmp')
save(colour, 'lossless.webp', 'webp', lossless=True)
save(colour, 'lossy.webp', 'webp', quality=80)
save(colour, 'face.avif', 'avif', 2, quality=90, subsampling='4:4:4')
save(colour, 'baseline.jpg', 'jpeg', 2, quality=90, optimize=True)
save(colour, 'progressive.jpg', 'jpeg', 2, quality=90, progressive=True)
save(grey, 'grey.jpg', 'jpeg', 2, quality=90, optimize=True)
for orientation in range(1, 9):
    name = 'turned-%d.jpg' % orientation
    save(colour, name, 'jpeg', 2, quality=90, optimize=True, exif=turned(orientation))

if EVERY:
    for bits in (1, 2, 4, 8):
        few = colour.quantize(2**bits)
        save(few, 'palette-%d.png' % bits, 'png', bits=bits)
        save(few, 'palette-%d.gif' % bits, 'gif')
    save(colour.convert('1'), 'bits.png', 'png')
    save(colour.convert('1'), 'bits.bmp', 'bmp')
    save(palette, 'palette.bmp', 'bmp')
    save(with_alpha(grey.convert('RGB'), [0, 255]).convert('LA'), 'grey-alpha.png', 'png')
    save(palette, 'see-through.png', 'png', transparency=3)
    save(palette, 'see-through.gif', 'gif', transparency=3)
    save(palette, 'moving.gif', 'gif', save_all=True, append_images=[palette.rotate(180)], duration=50)
    save(with_alpha(colour, [0, 255]), 'alpha.webp', 'webp', lossless=True, exact=True)
    # Half see-through: two programs may round the mixture with white differently.
    save(with_alpha(colour, range(0, 256, 5)), 'half.png', 'png', 1)
    save(with_alpha(colour, range(0, 256, 5)), 'half.webp', 'webp', 1, lossless=True)
    # Low bytes of sixteen bits: to the nearest level, or cut off.
    save(sixteen_bits(5), 'fine16.png', 'png', 1)
    save(sixteen_bits(5), 'fine16.pgm', 'netpbm', format='ppm')
    save(grey, 'grey.avif', 'avif', 2, quality=90)
    save(colour, 'fine.avif', 'avif', 2, quality=90, subsampling='4:2:0')
    for width, height in ((1, 1), (7, 7), (64, 48), (92, 112), (131, 97)):
        size = '%dx%d' % (width, height)
        picture, plain = painted('RGB', width, height), painted('L', width, height)
        save(picture, size + '.png', 'png')
        save(picture, size + '.bmp', 'bmp')
        save(picture.quantize(256), size + '.gif', 'gif')
        save(plain, size + '.pgm', 'netpbm', format='ppm')
        save(picture, size + '.webp', 'webp', lossless=True)
        for quality in (40, 75, 95):
            for subsampling in ('4:4:4', '4:2:2', '4:2:0'):
                options = dict(quality=quality, subsampling=subsampling)
                name = '%s-%d-%s' % (size, quality, subsampling.replace(':', ''))
                save(picture, name + '.jpg', 'jpeg', 2, **options)
                save(picture, name + '-progressive.jpg', 'jpeg', 2, progressive=True, **options)
            save(plain, '%s-%d-grey.jpg' % (size, quality), 'jpeg', 2, quality=quality)
            save(picture, '%s-%d.webp' % (size, quality), 'webp', quality=quality)
    for orientation in range(1, 9):
        save(colour, 'turned-%d.png' % orientation, 'png', exif=turned(orientation))
    save(colour, 'restarts.jpg', 'jpeg', 2, quality=90, restart_marker_blocks=1)

with open(os.path.join(FOLDER, 'expected.json'), 'w') as file:
    file.write(json.dumps(expected, indent=2, sort_keys=True) + '\n')
